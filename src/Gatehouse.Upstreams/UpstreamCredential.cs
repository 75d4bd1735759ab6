using System.Diagnostics;
using System.Net.Http.Headers;
using Gatehouse.Identity.Bearer;

namespace Gatehouse.Upstreams;

/// <summary>A credential for one server: a header whose value no log, dump or console prints. Only an outgoing HTTP request takes it.</summary>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class UpstreamCredential
{
    private readonly string header;
    private readonly string prefix;
    private readonly SecretText secret;

    /// <summary>Creates a credential.</summary>
    /// <param name="header">Name of the header, e.g. <c>Authorization</c>.</param>
    /// <param name="prefix">Text before the secret, e.g. <c>Bearer </c>; may be empty.</param>
    /// <param name="secret">The secret; visible ASCII characters and spaces alone.</param>
    /// <exception cref="ArgumentException">The header would not be written as given. The message does not hold the secret.</exception>
    public UpstreamCredential(string header, string prefix, SecretText secret)
    {
        ArgumentException.ThrowIfNullOrEmpty(header);
        ArgumentNullException.ThrowIfNull(prefix);
        ArgumentNullException.ThrowIfNull(secret);
        // A header that cannot be written is left out by the HTTP client without a word: the request would go without its credential.
        if (!header.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            throw new ArgumentException("the name of the header is not a token of letters and digits", nameof(header));
        if (prefix.AsSpan().ContainsAnyExceptInRange(' ', '~') || secret.Reveal().ContainsAnyExceptInRange(' ', '~'))
            throw new ArgumentException("a credential holds a character that no header value may have");
        this.header = header;
        this.prefix = prefix;
        this.secret = secret;
    }

    /// <summary>Always the mask.</summary>
    public override string ToString() => SecretText.Mask;

    /// <summary>Writes the credential into a request that goes out.</summary>
    internal void WriteTo(HttpRequestHeaders headers)
    {
        headers.Remove(header); // one credential, in whatever header a caller could reach
        headers.TryAddWithoutValidation(header, string.Concat(prefix, secret.Reveal()));
    }
}
