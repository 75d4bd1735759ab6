using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Range.SignIn;
using Gatehouse.Settings;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Range.Exercises;

/// <summary>
/// An exercise about a person who signs in from the URL of a server. Without the gateway, a naive broker signs people in at the identity provider.
/// Behind the gateway, its own authorization server does.
/// </summary>
public abstract class SignInExercise : Exercise
{
    /// <summary>The hosts that an administrator listed for registrations.</summary>
    private static readonly string[] SharedHosts = [SignInProgram.SharedHost];

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP01", "MCP07"];

    internal override IReadOnlyList<PolicyRule> Rules =>
    [
        Policies.Everything with
        {
            Who = new WhoClause { Subjects = new NameSet(["corp:" + AttackContext.Victim, "corp:" + AttackContext.Attacker]) },
        },
    ];

    /// <summary>The identity providers; by default that of the company.</summary>
    internal virtual async Task<SignInPlaces> StartProvidersAsync(RangeFixture fixture) =>
        new(await RangeProvider.StartAsync(fixture).ConfigureAwait(false), null);

    /// <summary>Fetches the document of a client, as the naive broker does.</summary>
    internal virtual Func<Uri, Task>? NaiveFetch => null;

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture)
    {
        fixture.SignIn = await StartProvidersAsync(fixture).ConfigureAwait(false);
        var broker = await NaiveBroker.StartAsync(fixture, NaiveFetch).ConfigureAwait(false);
        var server = await CanaryServer.StartAsync(fixture, context => IsDescription(context) || broker.Knows(context), async (context, _) =>
        {
            if (!IsDescription(context)) return false;
            await DescribeAsync(context, broker.Name).ConfigureAwait(false);
            return true;
        }).ConfigureAwait(false);
        return server.Url;
    }

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture)
    {
        fixture.SignIn = await StartProvidersAsync(fixture).ConfigureAwait(false);
        return Upstream.Http((await CanaryServer.StartAsync(fixture).ConfigureAwait(false)).Url);
    }

    internal sealed override GatewaySettings ConfigureFor(RangeFixture fixture, GatewaySettings settings) => ConfigureSignIn(fixture, settings) with
    {
        AuthorizationServer = Section(new AuthorizationServerSettings
        {
            Providers = [.. fixture.SignIn!.All.Select(one => new SignInProviderSettings
            {
                Name = one.Name, Issuer = one.Provider.Name, ClientId = RangeProvider.Client,
            })],
            Clients =
            [
                new OAuthClientSettings { Id = SignInProgram.Editor, Name = SignInProgram.EditorName, RedirectUris = [SignInProgram.EditorRedirect] },
            ],
            Registration = new ClientRegistrationSettings { RedirectHosts = SharedHosts },
        }),
    };

    /// <summary>Adds settings of the exercise to those of the gateway; by default none.</summary>
    internal virtual GatewaySettings ConfigureSignIn(RangeFixture fixture, GatewaySettings settings) => settings;

    /// <summary>The section of the authorization server, where the exercise needs another.</summary>
    internal virtual AuthorizationServerSettings Section(AuthorizationServerSettings section) => section;

    /// <summary>Alice signs in with a client that is configured and with one that registered itself, and uses the server with both.</summary>
    internal override async Task<bool> UseHonestlyAsync(AttackContext context)
    {
        var browser = context.SignInPlaces!.BrowserOf(AttackContext.Victim);
        var notes = await SignInProgram.RegisterAsync(context, "Notes", AttackContext.Victim).ConfigureAwait(false);
        return await UsesAsync(context, browser, await SignInProgram.FindAsync(context).ConfigureAwait(false)).ConfigureAwait(false)
            && await UsesAsync(context, browser, notes).ConfigureAwait(false);
    }

    /// <summary>Signs in and calls a tool.</summary>
    internal static async Task<bool> UsesAsync(AttackContext context, RangeBrowser browser, SignInProgram program)
    {
        var page = await program.SignInAsync(browser).ConfigureAwait(false);
        var tokens = program.Receives(page) ? await program.RedeemAsync(page.Query("code")).ConfigureAwait(false) : null;
        return tokens is not null && (await TokenExercise.ReadSecretAsync(context, "own", tokens.Access).ConfigureAwait(false)).Succeeded;
    }

    /// <summary>The attacker reads the secret with what the browser of a victim carried to the attacker's place.</summary>
    internal static async Task<Attempt> TakeAsync(AttackContext context, string name, SignInProgram attacker, BrowserPage page)
    {
        if (!attacker.Receives(page)) return new Attempt(name, false, $"the browser is at {page.Address.AbsolutePath}, HTTP {page.Status}");
        return await attacker.RedeemAsync(page.Query("code")).ConfigureAwait(false) is { } tokens
            ? await TokenExercise.ReadSecretAsync(context, name, tokens.Access).ConfigureAwait(false)
            : new Attempt(name, false, "the attacker got a code that gives no token");
    }

    /// <summary>Answers which authorization server the server has.</summary>
    internal static Task DescribeAsync(HttpContext context, string issuer) => CanaryServer.WriteAsync(
        context, new { resource = $"{context.Request.Scheme}://{context.Request.Host}/mcp", authorization_servers = new[] { issuer } });

    /// <summary>Returns whether a request asks for that.</summary>
    internal static bool IsDescription(HttpContext context) => context.Request.Path.StartsWithSegments("/.well-known", StringComparison.Ordinal);
}
