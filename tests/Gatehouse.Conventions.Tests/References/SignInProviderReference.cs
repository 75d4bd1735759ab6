using System.Text;
using System.Text.Json;
using Gatehouse.Identity.Diagnostics;
using Gatehouse.Identity.Issuers;

namespace Gatehouse.Conventions.Tests.References;

/// <summary>
/// The page <c>docs/reference/sign-in-providers.md</c>: the rules of <c>gatehouse doctor identity</c> and what they say of known products.
/// </summary>
public static class SignInProviderReference
{
    private const string Head =
        """
        # Providers at which people sign in

        This page is for operators who connect an identity provider to the gateway's [authorization server](../operators/sign-in.md). It answers what a provider
        lacks, what the gateway supplies in its place, and what an administrator has to do. It is generated from
        `src/Gatehouse.Identity/Diagnostics/SignInRules.cs`; change it there.

        `gatehouse doctor identity --config gatehouse.yaml` applies these rules to the metadata of each configured provider. *works*: nothing keeps people from
        signing in. *limits*: it works with a restriction. *fails*: no person can sign in until it is repaired. The command prints the id of the rule in brackets
        at the end of each finding, and with `--json` in the field `rule`.

        ## Rules


        """;

    private const string Products =
        """

        ## Known products

        The table applies the rules to the metadata that each product publishes by its documentation, with one provider and the default `scopes`. Your provider may
        be configured in another way. None of the products was run, except oidc-provider.


        """;

    private static readonly SignInRequirements Demands = new()
    {
        Provider = "corp",
        RedirectUri = "https://mcp.example.com/oauth/callback/corp",
        Scopes = ["openid", "profile"],
        AcceptsDocuments = true,
    };

    // The members that the rules read, as the products publish them by default.
    private static readonly (string Name, IssuerKind Kind, string Metadata)[] Known =
    [
        ("Microsoft Entra ID (v2.0)", IssuerKind.Entra, """
            { "authorization_endpoint": "x", "token_endpoint": "x", "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
              "scopes_supported": ["openid", "profile", "email", "offline_access"], "id_token_signing_alg_values_supported": ["RS256"] }
            """),
        ("AD FS 2019", IssuerKind.AdFs, """
            { "authorization_endpoint": "x", "token_endpoint": "x", "response_types_supported": ["code", "id_token", "code id_token"],
              "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"], "id_token_signing_alg_values_supported": ["RS256"] }
            """),
        ("Keycloak", IssuerKind.Strict, """
            { "authorization_endpoint": "x", "token_endpoint": "x", "registration_endpoint": "x", "response_types_supported": ["code"],
              "grant_types_supported": ["authorization_code", "refresh_token"], "code_challenge_methods_supported": ["plain", "S256"],
              "authorization_response_iss_parameter_supported": true, "scopes_supported": ["openid", "offline_access", "profile"],
              "id_token_signing_alg_values_supported": ["PS256", "ES256", "RS256"] }
            """),
        ("oidc-provider, without registration", IssuerKind.Strict, """
            { "authorization_endpoint": "x", "token_endpoint": "x", "response_types_supported": ["code"], "grant_types_supported": ["authorization_code"],
              "code_challenge_methods_supported": ["S256"], "authorization_response_iss_parameter_supported": true,
              "scopes_supported": ["openid", "offline_access"], "id_token_signing_alg_values_supported": ["ES256"] }
            """),
    ];

    public static string Render()
    {
        var page = new StringBuilder(Head);
        page.Append("| rule | result | when | finding | remedy |\n|---|---|---|---|---|\n");
        foreach (var rule in SignInRules.All)
            page.Append($"| `{rule.Id}` | {Word(rule.Verdict)} | {rule.When} | {Shown(rule.Finding)} | {Shown(rule.Remedy)} |\n");
        page.Append(Products).Append("| product | profile | rules that apply | what to do |\n|---|---|---|---|\n");
        foreach (var (name, kind, metadata) in Known) page.Append(Row(name, kind, metadata));
        return page.ToString();
    }

    private static string Row(string name, IssuerKind kind, string metadata)
    {
        using var document = JsonDocument.Parse(metadata);
        var rules = SignInRules.Of(kind, document.RootElement, Demands).ToList();
        var todo = rules.Where(rule => rule.Remedy is not null).Select(rule => Shown(rule.Remedy));
        return $"| {name} | `{Profile(kind)}` | {string.Join(", ", rules.Select(rule => $"`{rule.Id}`"))} | {string.Join(" ", todo)} |\n";
    }

    private static string Shown(string? text) => text?.Replace("{redirect}", "`publicUrl` and `/oauth/callback/NAME`", StringComparison.Ordinal).Replace("{scopes}", "*the scopes*", StringComparison.Ordinal) ?? "–";

    private static string Profile(IssuerKind kind) => kind switch { IssuerKind.Entra => "entra", IssuerKind.AdFs => "adfs", _ => "strict" };

    private static string Word(IssuerFindingStatus verdict) =>
        verdict switch { IssuerFindingStatus.Works => "works", IssuerFindingStatus.Limits => "limits", _ => "fails" };
}
