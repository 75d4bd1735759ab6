using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace EntraStandIn;

/// <summary>Settings that tests in the same process change. The program leaves everything as it is.</summary>
public sealed class Knobs
{
    /// <summary>A person who is signed in and has consented to everything: no page is shown. Null shows the pages.</summary>
    public Person? SignedIn { get; set; }

    /// <summary>An error of the authorization endpoint, in place of a page or a code.</summary>
    public EntraException? Refusal { get; set; }

    /// <summary>An error of the token endpoint, in place of tokens.</summary>
    public EntraException? TokenRefusal { get; set; }

    /// <summary>The demand of Conditional Access for a client, a person and an API by its application id; null for none.</summary>
    public Func<Registration, Person, string, AccessDemand?> Demand { get; set; } = static (_, _, _) => null;

    /// <summary>
    /// The claims that Microsoft Graph wants in each token of a person, as the JSON of a claims request; null for none. A token with the capability
    /// <c>cp1</c> and without them gets a claims challenge, another one 403.
    /// </summary>
    public string? GraphClaims { get; set; }

    /// <summary>Changes the claims of ID tokens.</summary>
    public Action<JsonObject> IdToken { get; set; } = static _ => { };

    /// <summary>Changes the claims of access tokens of people.</summary>
    public Action<JsonObject> AccessToken { get; set; } = static _ => { };

    /// <summary>Changes the metadata.</summary>
    public Action<JsonObject> Metadata { get; set; } = static _ => { };

    /// <summary>Sees each request first; true if it has answered it.</summary>
    public Func<HttpContext, Task<bool>> Before { get; set; } = static _ => Task.FromResult(false);
}
