using System.Text;
using System.Text.Json;
using Gatehouse.Identity.Bearer;

namespace Gatehouse.Identity.Clients;

/// <summary>The gateway as a client of an issuer (RFC 6749 §2.3; RFC 7523 §2.2).</summary>
public interface IClientAuthenticator
{
    /// <summary>Authenticates one request to an endpoint of the issuer.</summary>
    /// <param name="form">The form of the request, which the parameters are appended to. It is not empty.</param>
    /// <param name="metadata">Metadata of the issuer, which name the methods that it takes; null where they were not fetched.</param>
    /// <returns>The value after <c>Basic</c> in the <c>Authorization</c> header; null where the form has all.</returns>
    /// <exception cref="InvalidDataException">The secret or the key cannot be used, or the issuer takes no method that it fits.</exception>
    SecretText? Authenticate(StringBuilder form, JsonElement? metadata);
}
