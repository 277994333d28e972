// cargo add grammers-client@0.11 grammers-mtsender@0.11
// cargo add grammers-session@0.11 --no-default-features --features serde
// cargo add serde_json && cargo add tokio --features macros,rt
use std::sync::Arc;

use grammers_client::{Client, message::InputMessage};
use grammers_mtsender::{ConnectionParams, SenderPool};
use grammers_session::Session;
use grammers_session::storages::MemorySession;
use grammers_session::types::{DcOption, PeerId};

// A login without a login, as Telegram's RSA keys are compiled in.
const SESSION: &str = r#"@SESSION@"#;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let dc: DcOption = serde_json::from_str(SESSION)?;
    let session = Arc::new(MemorySession::default());
    session.set_home_dc_id(dc.id).await?;
    session.set_dc_option(&dc).await?;
    let params = ConnectionParams { @RSIPV6@..Default::default() };
    let SenderPool { runner, handle, .. } = SenderPool::with_configuration(session, 1, params);
    tokio::spawn(runner.run());
    let client = Client::new(handle);
    let file = client.upload_file("big.bin").await?;
    let me = PeerId::self_user().to_ambient_ref();
    let sent = client.send_message(me, InputMessage::new().document(file)).await?;
    println!("{:?}", sent.media());
    Ok(())
}
