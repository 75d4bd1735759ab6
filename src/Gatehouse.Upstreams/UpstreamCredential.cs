using System.Diagnostics;
using Gatehouse.Audit;
using Gatehouse.Identity.Bearer;
using Gatehouse.Outbound;

namespace Gatehouse.Upstreams;

/// <summary>
/// A credential for one server: a header whose value no log, dump or console prints. Only an outgoing HTTP request receives the value.
/// </summary>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class UpstreamCredential
{
    private static readonly CredentialUse OfHost = new("host");

    private readonly string header;
    private readonly string prefix;
    private readonly SecretText secret;

    /// <summary>Creates a credential.</summary>
    /// <param name="header">Name of the header, e.g. <c>Authorization</c>.</param>
    /// <param name="prefix">Text before the secret, e.g. <c>Bearer </c>; may be empty.</param>
    /// <param name="secret">The secret; only visible ASCII characters and spaces.</param>
    /// <exception cref="ArgumentException">The header would not be written as given. The message does not contain the secret.</exception>
    public UpstreamCredential(string header, string prefix, SecretText secret)
    {
        ArgumentException.ThrowIfNullOrEmpty(header);
        ArgumentNullException.ThrowIfNull(prefix);
        ArgumentNullException.ThrowIfNull(secret);
        // The HTTP client silently omits a header that it cannot write: the request would be sent without its credential.
        if (!header.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            throw new ArgumentException("the name of the header is not a token of letters and digits", nameof(header));
        if (prefix.AsSpan().ContainsAnyExceptInRange(' ', '~') || secret.Reveal().ContainsAnyExceptInRange(' ', '~'))
            throw new ArgumentException("a credential holds a character that no header value may have");
        this.header = header;
        this.prefix = prefix;
        this.secret = secret;
    }

    /// <summary>
    /// Name of the credential in the audit log, which counts each request that carries it. By default it is one of the host; null where the header is
    /// no credential, and nothing is counted.
    /// </summary>
    public CredentialUse? Use { get; init; } = OfHost;

    /// <summary>Returns the mask, always.</summary>
    public override string ToString() => SecretText.Mask;

    /// <summary>Tells whether a header is the one of the credential, which nothing else may write.</summary>
    internal bool Is(string name) => string.Equals(header, name, StringComparison.OrdinalIgnoreCase);

    /// <summary>Tells whether a text that the server sent holds the secret.</summary>
    internal bool IsIn(string text) => secret.Reveal().Length > 0 && text.AsSpan().Contains(secret.Reveal(), StringComparison.Ordinal);

    /// <summary>Returns whether it has this secret: the same object.</summary>
    internal bool IsOf(SecretText text) => ReferenceEquals(secret, text);

    /// <summary>Writes the credential into an outgoing request.</summary>
    internal void WriteTo(IOutgoingHead head) => head.Add(header, string.Concat(prefix, secret.Reveal()));
}
