using System.Net;
using Gatehouse.Identity.ProofOfPossession;

namespace Gatehouse.Pipeline.Accept;

/// <summary>
/// Request line and headers as a stage sees them. The wrapper and the library have none and say so with <see cref="NoRequestHead"/>.
/// </summary>
public interface IRequestHead
{
    /// <summary>HTTP method, or null when the message did not come by HTTP.</summary>
    string? Verb { get; }

    /// <summary>The path as it stood on the request line, before any decoding, without the query.</summary>
    string Path { get; }

    /// <summary>True when the request line carried a query.</summary>
    bool HasQuery { get; }

    /// <summary>
    /// True when every HTTP reader finds the same end of the request: one length, no coding but chunked, names that are tokens. What a peer
    /// in front reads otherwise would be another request there (RFC 9112 §11.2).
    /// </summary>
    bool IsFramedPlainly => true;

    /// <summary>
    /// The address of the peer on the connection to us; null when the message did not come by a network. Behind a proxy it is the proxy's.
    /// </summary>
    IPAddress? PeerAddress => null;

    /// <summary>Which connection the request came on; null when the transport has none that several clients could share.</summary>
    string? ConnectionId => null;

    /// <summary>The certificate that the client showed on its own TLS connection to us; null when it showed none.</summary>
    PresentedCertificate? ConnectionCertificate => null;

    /// <summary>How often the header occurs as a line of its own.</summary>
    int Count(string header);

    /// <summary>The header's value when it occurs exactly once; otherwise null.</summary>
    string? Single(string header);

    /// <summary>All header lines whose names begin with the prefix, compared without case.</summary>
    IReadOnlyList<KeyValuePair<string, string>> WithPrefix(string prefix);
}
