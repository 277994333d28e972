# fakedc as a service of a CI job, or on a desk:
#
#   docker build -t fakedc .
#   docker run --rm -p 127.0.0.1:4430:4430 fakedc
#   docker run --rm -p 127.0.0.1:14430:4430 -e FAKEDC_ADVERTISE=127.0.0.1:14430 -e FAKEDC_FAULT='part=2: 1*flood_wait(3s)' fakedc
#
# Every flag of serve is a variable. The live page is for the inside alone; to reach it:
# -p 127.0.0.1:4431:4431 -e FAKEDC_ADMIN=0.0.0.0:4431 -e FAKEDC_ADMIN_TOKEN=...
FROM golang:1.26-alpine AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=dev
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags "-s -w -X main.release=${VERSION}" -o /out/fakedc ./cmd/fakedc && mkdir /out/tmp

FROM scratch
COPY --from=build /out/fakedc /fakedc
COPY --from=build --chown=65532:65532 /out/tmp /tmp
USER 65532:65532
ENV FAKEDC_LISTEN=0.0.0.0:4430 FAKEDC_ADMIN=127.0.0.1:4431 FAKEDC_SNIPPETS=none
EXPOSE 4430 4431
HEALTHCHECK --interval=5s --timeout=3s --start-period=2s CMD ["/fakedc", "wait", "--timeout", "2s"]
ENTRYPOINT ["/fakedc"]
CMD ["serve"]
