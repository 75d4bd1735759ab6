using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Gatehouse.AuthorizationServer.Providers;

/// <summary>
/// Words for the codes of Entra (Microsoft, "Microsoft Entra authentication and authorization error codes"). The code is read from the beginning of
/// <c>error_description</c>, where Entra writes it; nothing else of that text is used.
/// </summary>
/// <remarks>
/// Microsoft says that the codes may change and that no program may depend on them. Nothing does: they choose a text, and never whether a sign-in
/// fails. A code that is not here gets the words of the OAuth error.
/// </remarks>
internal static partial class EntraErrors
{
    private const string Blocked = "blocked by Conditional Access. Use a device, network and program that your organization allows, or ask your "
        + "administrator of Entra which policy applies";

    private const string Device = "refused because of the device. Sign in from a device that your organization manages and that complies with its "
        + "rules";

    private const string Factor = "refused because a second factor is needed. Sign in again and complete the second factor; if you have none, set "
        + "one up at https://aka.ms/mysecurityinfo";

    private const string Consent = "refused because the consent for the gateway is missing. Ask your administrator of Entra to grant admin consent to "
        + "the gateway's application";

    private const string Guest = "refused because the account does not belong to the organization. Choose your account of the organization, or ask "
        + "its administrator to invite you as a guest";

    private const string Account = "refused because the account cannot be used. Ask your administrator of Entra to look at the account";
    private const string Risk = "blocked because the sign-in looks risky. Ask your administrator of Entra to look at the sign-in log";
    private const string Fresh = "refused because the earlier sign-in is too old. Sign in again";
    private const string Expired = "refused because the gateway's client secret has expired. Ask the administrator of the gateway to make a new secret in "
        + "Entra and to set 'clientSecret'";

    private const string Secret = "refused because the gateway's client secret is wrong. Ask the administrator of the gateway to set 'clientSecret' to the "
        + "value of the secret, and not to its id";

    private const string Public = "refused because the application in Entra and 'clientSecret' do not fit together. Ask the administrator of the "
        + "gateway to register the redirect URI as 'Web' and to set 'clientSecret'";

    private const string Application = "refused because it does not know the gateway's application, or it is disabled. Ask the administrator of the "
        + "gateway to compare 'clientId' and the tenant in 'issuer' with Entra";

    private const string Redirect = "refused because the redirect URI of the gateway is not registered. Ask the administrator of the gateway to add it "
        + "to the application in Entra, exactly as configured";

    private const string Scope = "refused a scope of the request. Ask the administrator of the gateway to compare 'scopes' with 'Expose an API' in Entra";
    private const string Code = "refused the code: it expired, was used before, or belongs to another sign-in. Sign in again";

    private static readonly FrozenDictionary<int, (string Code, string Text)> Words = new Dictionary<int, (string, string)>
    {
        [50005] = ("conditional-access", Blocked),
        [53002] = ("conditional-access", Blocked),
        [53003] = ("conditional-access", Blocked),
        [53009] = ("conditional-access", Blocked),
        [530032] = ("conditional-access", Blocked),
        [530034] = ("conditional-access", Blocked),
        [50131] = ("conditional-access", Blocked),
        [50158] = ("conditional-access", "needs a further step of another service. Sign in again and complete that step"),
        [50097] = ("device-not-compliant", Device),
        [53000] = ("device-not-compliant", Device),
        [53001] = ("device-not-compliant", Device),
        [530003] = ("device-not-compliant", Device),
        [53004] = ("risky-sign-in", Risk),
        [53011] = ("risky-sign-in", Risk),
        [50053] = ("account-unusable", Account),
        [50055] = ("account-unusable", "refused because the password has expired. Change the password and sign in again"),
        [50057] = ("account-unusable", Account),
        [50072] = ("second-factor", Factor),
        [50074] = ("second-factor", Factor),
        [50076] = ("second-factor", Factor),
        [50078] = ("second-factor", Factor),
        [50079] = ("second-factor", Factor),
        [500121] = ("second-factor", "refused because the second factor failed. Sign in again"),
        [50058] = ("login-required", "does not know you in this browser any more. Sign in again"),
        [50132] = ("login-required", Fresh),
        [50133] = ("login-required", Fresh),
        [50173] = ("login-required", Fresh),
        [70043] = ("login-required", Fresh),
        [50105] = ("user-not-assigned", "refused because you are not assigned to the gateway's application. Ask your administrator of Entra to assign "
            + "you, or a group of yours, under 'Users and groups' of the enterprise application"),
        [50020] = ("guest-account", Guest),
        [50034] = ("guest-account", Guest),
        [51004] = ("guest-account", Guest),
        [90072] = ("guest-account", Guest),
        [65001] = ("consent-required", Consent),
        [90094] = ("consent-required", Consent),
        [90095] = ("consent-required", Consent),
        [65004] = (SignInFaults.DeniedCode, "ended the sign-in because you declined the consent. Sign in again and accept it if you want to use the gateway"),
        [7000222] = ("provider-secret-expired", Expired),
        [7000215] = ("provider-client", Secret),
        [7000218] = ("provider-client", Public),
        [700025] = ("provider-client", Public),
        [700016] = ("provider-client", Application),
        [7000112] = ("provider-client", Application),
        [70001] = ("provider-client", Application),
        [90002] = ("provider-client", Application),
        [50194] = ("provider-client", Application),
        [50011] = ("provider-redirect-uri", Redirect),
        [500113] = ("provider-redirect-uri", Redirect),
        [65005] = ("provider-scope", Scope),
        [70011] = ("provider-scope", Scope),
        [500011] = ("provider-scope", Scope),
        [901002] = ("provider-request", "refused the parameter 'resource'. Ask the administrator of the gateway to name the application in 'scopes'"),
        [54005] = ("code-refused", Code),
        [70000] = ("code-refused", Code),
        [70008] = ("code-refused", Code),
        [501481] = ("code-refused", Code),
        [90033] = (SignInFaults.UnavailableCode, "cannot answer at this moment. Try again in a minute"),
    }.ToFrozenDictionary();

    /// <summary>Returns the fault for a description of Entra; null when it does not begin with a code that is known.</summary>
    /// <param name="provider">The provider's name, as people read it.</param>
    /// <param name="description">The description, text of a stranger.</param>
    public static SignInFault? Find(string provider, string? description) => CodeOf(description) is { } code && Words.TryGetValue(code, out var found)
        ? new SignInFault(found.Code, string.Create(CultureInfo.InvariantCulture, $"{provider} {found.Text}. (Code of Entra: AADSTS{code})"))
        : null;

    /// <summary>Returns the fault for an answer that names claims to satisfy: a policy of Conditional Access that has no words here.</summary>
    /// <param name="provider">The provider's name, as people read it.</param>
    public static SignInFault ConditionalAccess(string provider) => new("conditional-access", $"{provider} {Blocked}.");

    private static int? CodeOf(string? description)
    {
        if (description is null || CodeForm().Match(description) is not { Success: true } match) return null;
        return int.Parse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"\AAADSTS([0-9]{5,7}):", RegexOptions.CultureInvariant)]
    private static partial Regex CodeForm();
}
