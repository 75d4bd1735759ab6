using System.Diagnostics;
using System.Text;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Formats;
using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Validation;

/// <summary>
/// The token of a caller, kept for one purpose: to be exchanged at the issuer that validated it (RFC 8693; on-behalf-of).
/// </summary>
/// <remarks>
/// Threat: token passthrough and the confused deputy (design rule 5; MCP rows A09, A10). No member gives the text. It is written into a form for the
/// token endpoint of its own issuer, and into nothing else.
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class CallerToken
{
    private readonly AccessTokenValue text;

    /// <summary>Keeps a token.</summary>
    /// <param name="text">The token, as the caller presented it.</param>
    /// <param name="verified">Its content, after every check.</param>
    public CallerToken(AccessTokenValue text, VerifiedToken verified)
    {
        ArgumentNullException.ThrowIfNull(verified);
        (this.text, Verified) = (text, verified);
    }

    /// <summary>The content.</summary>
    public VerifiedToken Verified { get; }

    /// <summary>Always the mask.</summary>
    public override string ToString() => SecretText.Mask;

    /// <summary>Returns whether an issuer is that of the token.</summary>
    internal bool IsOf(IssuerProfile issuer) => IssuerMetadata.Names(issuer).Contains(Verified.Issuer, StringComparer.Ordinal);

    /// <summary>Appends the token to a form for the token endpoint of its issuer.</summary>
    /// <param name="form">The form.</param>
    /// <param name="parameter">The name of the parameter.</param>
    /// <param name="issuer">The issuer whose endpoint gets the form.</param>
    /// <exception cref="InvalidOperationException">It is not the issuer of the token.</exception>
    internal void AppendTo(StringBuilder form, string parameter, IssuerProfile issuer)
    {
        if (!IsOf(issuer)) throw new InvalidOperationException("a caller's token goes to its own issuer only");
        form.Append('&').Append(parameter).Append('=').Append(FormText.Encode(text.RevealToValidator().ToString()));
    }
}
