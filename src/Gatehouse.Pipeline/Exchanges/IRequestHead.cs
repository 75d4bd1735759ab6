using System.Net;
using Gatehouse.Identity.Certificates;

namespace Gatehouse.Pipeline.Exchanges;

/// <summary>
/// Request line and headers in the form that stages read. The wrapper and the library have none, and use <see cref="NoRequestHead"/>.
/// </summary>
public interface IRequestHead
{
    /// <summary>HTTP method, or null when the message did not arrive by HTTP.</summary>
    string? Verb { get; }

    /// <summary>The path of the request line, before any decoding, without the query.</summary>
    string Path { get; }

    /// <summary>True when the request line had a query.</summary>
    bool HasQuery { get; }

    /// <summary>
    /// True when every HTTP parser finds the same end of the request: one length, no coding except chunked, names that are tokens. If a proxy in
    /// front parsed the request differently, it would be another request there (RFC 9112 §11.2).
    /// </summary>
    bool IsFramedPlainly => true;

    /// <summary>
    /// Address of the peer on the connection to the gateway; null when the message did not arrive by a network. Behind a proxy it is the proxy's.
    /// </summary>
    IPAddress? PeerAddress => null;

    /// <summary>Id of the connection of the request; null when the transport has none that several clients could share.</summary>
    string? ConnectionId => null;

    /// <summary>The certificate that the client presented on its own TLS connection to the gateway; null when it presented none.</summary>
    PresentedCertificate? ConnectionCertificate => null;

    /// <summary>The first of <see cref="HeaderNames.SingleValued"/> that occurs more than once; otherwise null.</summary>
    RequestHeader? Repeated { get; }

    /// <summary>The value of <c>Accept</c> as one list; null when it is absent. The header may be sent in several lines (RFC 9110 §5.3).</summary>
    string? Accept { get; }

    /// <summary>
    /// The mirrored parameters: each field line whose name begins with <see cref="HeaderNames.ParameterPrefix"/>, compared without case. Lines of one
    /// name follow each other.
    /// </summary>
    IReadOnlyList<KeyValuePair<string, string>> Parameters { get; }

    /// <summary>Returns whether the header occurs.</summary>
    bool Has(RequestHeader header);

    /// <summary>Returns the header's value when it occurs exactly once; otherwise null.</summary>
    string? Single(RequestHeader header);
}
