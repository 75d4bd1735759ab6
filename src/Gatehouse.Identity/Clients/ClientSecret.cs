using System.Text;
using System.Text.Json;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Formats;

namespace Gatehouse.Identity.Clients;

/// <summary>A client that authenticates by its secret: in the header where the issuer takes it there, so that no log of forms has it.</summary>
/// <param name="id">The client id.</param>
/// <param name="secret">Reads the secret, at each request, so that a changed secret is used.</param>
public sealed class ClientSecret(string id, Func<SecretText> secret) : IClientAuthenticator
{
    /// <inheritdoc />
    public SecretText? Authenticate(StringBuilder form, JsonElement? metadata)
    {
        ArgumentNullException.ThrowIfNull(form);
        // RFC 8414 §2: metadata that name no method mean client_secret_basic.
        var methods = MetadataMember.Texts(metadata, "token_endpoint_auth_methods_supported");
        if (methods is null || methods.Contains("client_secret_basic")) return Basic();
        if (!methods.Contains("client_secret_post")) throw new InvalidDataException("the issuer does not take a client secret; use a key or a certificate");
        form.Append("&client_id=").Append(FormText.Encode(id)).Append("&client_secret=").Append(FormText.Encode(secret().Reveal().ToString()));
        return null;
    }

    // RFC 6749 §2.3.1: each half is form-encoded, then both are joined.
    private SecretText Basic()
    {
        var text = Encoding.UTF8.GetBytes($"{FormText.Encode(id)}:{FormText.Encode(secret().Reveal().ToString())}");
        try
        {
            return new SecretText(Convert.ToBase64String(text));
        }
        finally
        {
            Array.Clear(text);
        }
    }
}
