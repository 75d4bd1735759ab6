using System.Reflection;
using Gatehouse.AuthorizationServer.Providers;
using Gatehouse.Identity.Tokens;
using Gatehouse.Identity.Validation;

namespace Gatehouse.AuthorizationServer.Tests.Providers;

/// <summary>The words for everything that can go wrong at a provider.</summary>
public sealed class SignInFaultTests
{
    private static readonly string[] Remedies = ["Ask ", "ask ", "Sign in again", "Try again", "Choose ", "Change the password", "set one", "Sign in from"];

    private static readonly string[] OAuthErrors =
    [
        "access_denied", "login_required", "interaction_required", "account_selection_required", "consent_required",
        "unmet_authentication_requirements", "temporarily_unavailable", "server_error", "invalid_scope", "unauthorized_client", "invalid_client",
        "invalid_grant", "invalid_target", "invalid_resource", "invalid_request", "unsupported_response_type", "unsupported_grant_type", "unknown",
    ];

    [Fact]
    [Trait("Requirement", "B12")]
    public void B12_EveryFault_SaysWhatHappenedAndWhatToDo()
    {
        var faults = All().ToList();
        Assert.True(faults.Count > 150, $"{faults.Count} faults");
        Assert.All(faults, fault =>
        {
            Assert.Matches("^[a-z]+(-[a-z]+)*$", fault.Code);
            Assert.Contains("Corp Login", fault.Text, StringComparison.Ordinal);
            Assert.Contains(Remedies, remedy => fault.Text.Contains(remedy, StringComparison.Ordinal));
            Assert.Matches(@"[.)]$", fault.Text);
            Assert.InRange(fault.Text.Length, 40, 400);
        });
    }

    [Fact]
    public void OneCode_IsAnAttackOrIsNot() =>
        Assert.All(All().GroupBy(fault => fault.Code), same => Assert.Single(same.Select(fault => fault.IsAttack).Distinct()));

    private static IEnumerable<SignInFault> All()
    {
        foreach (var isEntra in new[] { false, true })
        {
            var faults = new SignInFaults("Corp Login", isEntra);
            var plain = typeof(SignInFaults).GetMethods(BindingFlags.Instance | BindingFlags.Public)
                .Where(method => method.ReturnType == typeof(SignInFault) && method.GetParameters().Length == 0);
            foreach (var method in plain) yield return (SignInFault)method.Invoke(faults, null)!;
            foreach (var refusal in Enum.GetValues<IdTokenRefusal>()) yield return faults.IdToken(refusal);
            foreach (var refusal in Enum.GetValues<TokenRefusal>()) yield return faults.AccessToken(refusal);
        }

        foreach (var error in OAuthErrors) yield return ProviderErrors.Of("Corp Login", error);
        yield return EntraErrors.ConditionalAccess("Corp Login");
        for (var code = 10_000; code < 1_000_000; code++)
        {
            if (EntraErrors.Find("Corp Login", $"AADSTS{code}: text") is { } known) yield return known;
        }

        foreach (var code in new[] { 7000112, 7000215, 7000218, 7000222 }) yield return EntraErrors.Find("Corp Login", $"AADSTS{code}: text")!;
    }
}
