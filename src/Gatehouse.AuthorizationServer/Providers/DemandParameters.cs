using System.Text.Json.Nodes;
using Gatehouse.Settings;

namespace Gatehouse.AuthorizationServer.Providers;

/// <summary>Parameters of the authorization request that carry a demand to a provider, in the form that the provider documents.</summary>
/// <remarks>
/// The person's browser carries them, and the person can remove them. So they only ask: <see cref="PersonReader"/> refuses an answer that does not
/// show what was demanded.
/// </remarks>
internal static class DemandParameters
{
    private const string Login = "login";
    private const string SelectAccount = "select_account";

    /// <summary>Returns names and values.</summary>
    public static IEnumerable<(string Name, string Value)> Of(SignInDemand demand, IssuerProfileName profile)
    {
        if (Prompt(demand, profile) is { Length: > 0 } prompt) yield return ("prompt", prompt);

        // Neither Microsoft product documents max_age. There the person authenticates again in its place.
        if (profile == IssuerProfileName.Strict && demand.LongestAge() is { } age)
            yield return ("max_age", ((long)age.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (demand.AcrValues is null) yield break;
        if (profile != IssuerProfileName.Entra) yield return ("acr_values", demand.AcrValues);
        else if (demand.Contexts().FirstOrDefault(IsAuthenticationContext) is { } context) yield return ("claims", Claims(context));
    }

    private static string Prompt(SignInDemand demand, IssuerProfileName profile)
    {
        var isLogin = demand.IsFresh || demand.IsOtherAccount;
        return profile switch
        {
            // Entra documents one value, and login also lets the person choose.
            IssuerProfileName.Entra => isLogin || demand.MaxAge is not null ? Login : demand.SelectsAccount ? SelectAccount : "",

            // AD FS accepts only none and login ([MS-OAPX] §2.2.2).
            IssuerProfileName.AdFs => isLogin || demand.MaxAge is not null || demand.SelectsAccount ? Login : "",
            _ => string.Join(' ', new[] { isLogin ? Login : "", demand.SelectsAccount ? SelectAccount : "" }.Where(word => word.Length > 0)),
        };
    }

    // Entra has no acr_values. It names its authentication contexts c1 to c99 (Microsoft, "Developer guide to Conditional Access authentication
    // context").
    private static bool IsAuthenticationContext(string value) =>
        value.Length is 2 or 3 && value[0] == 'c' && value[1] != '0' && value.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0;

    private static string Claims(string context) => new JsonObject
    {
        ["id_token"] = new JsonObject { ["acrs"] = new JsonObject { ["essential"] = true, ["value"] = context } },
    }.ToJsonString();
}
