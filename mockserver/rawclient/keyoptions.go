package rawclient

import (
	"crypto/rsa"
	"time"
)

// Step is one of the messages by which a client makes an auth key, or the data
// encrypted inside one.
type Step string

// The steps, in their order.
const (
	StepReqPQ       Step = "req_pq"               // also the answer, resPQ
	StepInnerData   Step = "p_q_inner_data"       // inside req_DH_params
	StepReqDH       Step = "req_DH_params"        // also the answer, Server_DH_Params
	StepClientInner Step = "client_DH_inner_data" // inside set_client_DH_params
	StepSetClientDH Step = "set_client_DH_params" // also its answer
)

// KeyFields is what a step is about to say. A Tamper hook changes the fields it
// wants to falsify; those that the step does not have are ignored. What the
// client itself goes on with stays true.
type KeyFields struct {
	Constructor        uint32
	Nonce, ServerNonce [16]byte
	NewNonce           [32]byte // inner data
	PQ                 []byte   // inner data
	P, Q               []byte   // inner data and req_DH_params
	DC, ExpiresIn      int32    // inner data
	Fingerprint        int64    // req_DH_params
	EncryptedData      []byte   // req_DH_params, set_client_DH_params
	RetryID            int64    // client inner data
	GB                 []byte   // client inner data
	// BreakHash falsifies the hash that guards the data of the two inner steps.
	BreakHash bool
	// Body, when set, replaces the whole serialisation.
	Body []byte
}

// KeyOptions say what kind of key to ask for, and how.
//
// https://core.telegram.org/mtproto/auth_key
type KeyOptions struct {
	// PublicKey is the server's RSA key. Required.
	PublicKey *rsa.PublicKey
	// LegacyReqPQ starts with req_pq instead of req_pq_multi.
	LegacyReqPQ bool
	// LegacyRSA encrypts as clients did before 2021: SHA1, data and random
	// bytes instead of RSA_PAD.
	LegacyRSA bool
	// DC goes into the inner data; negative for media, 10000 more for test. 0
	// takes the constructors without it.
	DC int
	// Temporary asks for a key that ends after ExpiresIn (0: a day).
	//
	// https://core.telegram.org/api/pfs
	Temporary bool
	ExpiresIn time.Duration
	// Trusting takes whatever the server says, as if none of the checks that the
	// documentation demands were there.
	Trusting bool
	// Tamper, if set, sees each step before it is sent.
	Tamper func(Step, *KeyFields)
}

func (o KeyOptions) expiresIn() time.Duration {
	if o.ExpiresIn == 0 {
		return 24 * time.Hour
	}
	return o.ExpiresIn
}

func (o KeyOptions) tamper(s Step, f *KeyFields) {
	if o.Tamper != nil {
		o.Tamper(s, f)
	}
}
