using Gatehouse.Outbound;

namespace Gatehouse.Gateway.Tests.Http1;

/// <summary>Certificates of servers, judged for the HTTP/1.1 client: the same tests as for the platform's handler.</summary>
[Trait("Requirement", "ST-03")]
public sealed class Http1CertificateTests : UpstreamCertificateTests
{
    private protected override HttpMessageHandler Handler(OutboundHandlers handlers, UpstreamRevocations? revocations) =>
        new Http1Handler(handlers, [], revocations);
}
