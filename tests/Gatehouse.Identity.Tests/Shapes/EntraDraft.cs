using System.Text.Json.Nodes;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.Revocations;
using Gatehouse.Identity.Tests.Support;
using Gatehouse.Identity.Tokens;
using Gatehouse.Identity.Validation;
using Gatehouse.Testing;

namespace Gatehouse.Identity.Tests.Shapes;

/// <summary>Plays Entra ID: makes tokens with the claims that its documentation lists, and the validator that trusts them.</summary>
internal static class EntraDraft
{
    public const string Tenant = "11111111-1111-4111-8111-111111111111";
    public const string SecondTenant = "22222222-2222-4222-8222-222222222222";
    public const string StrangeTenant = "99999999-9999-4999-8999-999999999999";
    public const string Api = "aaaaaaaa-0000-4000-8000-000000000001";
    public const string SiblingApi = "aaaaaaaa-0000-4000-8000-000000000002";
    public const string Client = "cccccccc-0000-4000-8000-000000000003";
    public const string Person = "bbbbbbbb-0000-4000-8000-000000000004";
    public const string Resource = "https://gateway.example/mcp";

    public static readonly string[] Audiences = [Resource, Api, $"api://{Api}"];

    private const string Template = "https://login.microsoftonline.com/{tenantid}/v2.0";

    public static TestKey Key { get; } = TestKey.Rs256("entra-1");

    public static TestKey KeyOfSecondTenant { get; } = TestKey.Rs256("entra-2");

    public static string V1(string tenant) => $"https://sts.windows.net/{tenant}/";

    public static string V2(string tenant) => $"https://login.microsoftonline.com/{tenant}/v2.0";

    /// <summary>A token of a person for a client, version 2.0.</summary>
    public static TokenDraft Delegated(ManualTimeProvider clock)
    {
        var draft = Bare(clock, V2(Tenant), Api, "2.0");
        draft.Claims["azp"] = Client;
        draft.Claims["azpacr"] = "0";
        draft.Claims["scp"] = "Mcp.Read Mcp.Call";
        draft.Claims["sub"] = "pairwise-subject";
        draft.Claims["groups"] = new JsonArray("g1", "g2");
        return draft;
    }

    /// <summary>A token of an application, version 2.0.</summary>
    public static TokenDraft Application(ManualTimeProvider clock)
    {
        var draft = Bare(clock, V2(Tenant), Api, "2.0");
        draft.Claims["azp"] = Client;
        draft.Claims["azpacr"] = "1";
        draft.Claims["idtyp"] = "app";
        draft.Claims["roles"] = new JsonArray("Mcp.Call.All");
        draft.Claims["sub"] = Person;
        return draft;
    }

    /// <summary>A token of a person, version 1.0.</summary>
    public static TokenDraft DelegatedV1(ManualTimeProvider clock)
    {
        var draft = Bare(clock, V1(Tenant), $"api://{Api}", "1.0");
        draft.Claims["appid"] = Client;
        draft.Claims["appidacr"] = "0";
        draft.Claims["scp"] = "Mcp.Read";
        draft.Claims["sub"] = "pairwise-subject";
        draft.Claims["upn"] = "alice@contoso.example";
        draft.Claims["acr"] = "1";
        draft.Claims["amr"] = new JsonArray("pwd", "mfa");
        return draft;
    }

    /// <summary>An ID token whose audience is the API's own registration and that carries the person's roles.</summary>
    public static TokenDraft IdToken(ManualTimeProvider clock)
    {
        var draft = Bare(clock, V2(Tenant), Api, "2.0");
        draft.Claims["sub"] = "pairwise-subject";
        draft.Claims["roles"] = new JsonArray("Mcp.Call.All");
        draft.Claims["preferred_username"] = "alice@contoso.example";
        return draft;
    }

    public static TokenValidator Validator(ManualTimeProvider clock, params IssuerProfile[] profiles)
    {
        var keys = new FakeIssuerKeys(JsonWebKeySet.Parse(KeySet()));
        return new TokenValidator(profiles.Select(profile => new TrustedIssuer(profile, keys)), new InMemoryRevocationList(clock),
            new VerifiedTokenCache(), clock);
    }

    /// <summary>The key set of a common endpoint: one key for every tenant, one for the second alone.</summary>
    public static byte[] KeySet()
    {
        var general = Key.PublicJwk(withAlgorithm: false);
        general["issuer"] = Template;
        var particular = KeyOfSecondTenant.PublicJwk(withAlgorithm: false);
        particular["issuer"] = V2(SecondTenant);
        return TestKeySet.Document(general, particular);
    }

    public static IssuerProfile OneTenant() => new() { Issuer = V2(Tenant), Kind = IssuerKind.Entra };

    public static IssuerProfile OneTenantV1() => new() { Issuer = V1(Tenant), Kind = IssuerKind.Entra };

    public static IssuerProfile ManyTenants() => new() { Issuer = Template, Kind = IssuerKind.Entra, Tenants = [Tenant, SecondTenant] };

    public static async Task<TokenResult> ValidateAsync(TokenValidator validator, TokenDraft draft) =>
        await validator.ValidateAsync(new AccessTokenValue(draft.Write()), Audiences, TestContext.Current.CancellationToken);

    private static TokenDraft Bare(ManualTimeProvider clock, string issuer, string audience, string version)
    {
        var draft = new TokenDraft(Key, issuer, audience, clock.GetUtcNow());
        draft.Header["typ"] = "JWT";
        foreach (var name in new[] { "scope", "client_id", "jti" })
            draft.Claims.Remove(name);
        draft.Claims["nbf"] = draft.Claims["iat"]!.DeepClone();
        draft.Claims["tid"] = Tenant;
        draft.Claims["oid"] = Person;
        draft.Claims["ver"] = version;
        draft.Claims["uti"] = "unique-token";
        draft.Claims["rh"] = "0.AAAA.";
        return draft;
    }
}
