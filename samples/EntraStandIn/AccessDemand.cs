using System.Text.Json.Nodes;

namespace EntraStandIn;

/// <summary>
/// A demand of Conditional Access for a person at an API: without it the token endpoint gives no token for that API. A sign-in whose authorization
/// request has the demand in its parameter <c>claims</c> satisfies it ("Developer guidance for Conditional Access", service that acts on behalf of a user).
/// </summary>
/// <param name="Number">50076 for a second factor, 50079 for its registration, 53003 for an access that is blocked.</param>
/// <param name="Value">The id of the policy, or an authentication context (<c>c1</c> to <c>c99</c>).</param>
public sealed record AccessDemand(int Number, string Value)
{
    /// <summary>The demand as the member <c>claims</c> of an error, and of a claims challenge: JSON.</summary>
    public string Claims => new JsonObject
    {
        ["access_token"] = new JsonObject
        {
            [ClaimsRequest.IsContext(Value) ? "acrs" : Number == 53003 ? "capolids" : "polids"] = ClaimsRequest.IsContext(Value)
                ? new JsonObject { ["essential"] = true, ["value"] = Value }
                : new JsonObject { ["essential"] = true, ["values"] = new JsonArray(Value) },
        },
    }.ToJsonString();

    /// <summary>The refusal of the token endpoint.</summary>
    /// <param name="resource">The API.</param>
    /// <param name="isOnBehalfOf">True for the flow on behalf of a person, whose documentation has an error of its own.</param>
    public EntraException Refusal(string resource, bool isOnBehalfOf) => new(isOnBehalfOf ? "interaction_required" : "invalid_grant", Number, Number switch
    {
        53003 => "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.",
        50079 => "Due to a configuration change made by your administrator, or because you moved to a new location, you must enroll in multi-factor "
            + $"authentication to access '{resource}'.",
        _ => "Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor "
            + $"authentication to access '{resource}'.",
    }, suberror: Number == 53003 ? "message_only" : "basic_action")
    { Claims = Claims };
}
