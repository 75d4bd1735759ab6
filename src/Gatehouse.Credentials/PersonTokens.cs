using System.Diagnostics;
using System.Text;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Formats;

namespace Gatehouse.Credentials;

/// <summary>
/// The tokens of a sign-in provider that the gateway's own authorization server holds for the person who calls. They are kept for one purpose: to be
/// exchanged at that provider.
/// </summary>
/// <remarks>Threat: as for the tokens of callers (design rule 5). No member gives a text, and a form for another issuer gets none.</remarks>
/// <param name="issuer">The provider's issuer.</param>
/// <param name="access">The access token.</param>
/// <param name="id">The ID token; null where the provider issued none.</param>
/// <param name="subject">The subject of the person at the provider.</param>
/// <param name="objectId">The object id of the person, where the provider is Entra; null elsewhere.</param>
[DebuggerDisplay("{ToString(),nq}")]
internal sealed class PersonTokens(string issuer, SecretText access, SecretText? id, string subject, string? objectId)
{
    /// <summary>The provider's issuer.</summary>
    public string Issuer => issuer;

    /// <summary>The subject of the person at the provider.</summary>
    public string Subject => subject;

    /// <summary>The object id of the person at Entra; null elsewhere.</summary>
    public string? ObjectId => objectId;

    /// <summary>True where there is an ID token.</summary>
    public bool HasId => id is not null;

    /// <summary>Appends a token to a form for the token endpoint of its issuer.</summary>
    /// <param name="form">The form.</param>
    /// <param name="parameter">The name of the parameter.</param>
    /// <param name="to">The issuer whose endpoint gets the form.</param>
    /// <param name="isId">True for the ID token.</param>
    /// <exception cref="InvalidOperationException">It is not the issuer of the token.</exception>
    public void AppendTo(StringBuilder form, string parameter, string to, bool isId)
    {
        if (to != issuer) throw new InvalidOperationException("a person's token goes to its own issuer only");
        form.Append('&').Append(parameter).Append('=').Append(FormText.Encode((isId ? id! : access).Reveal().ToString()));
    }

    /// <summary>Always the mask.</summary>
    public override string ToString() => SecretText.Mask;
}
