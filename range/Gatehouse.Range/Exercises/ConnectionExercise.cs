using System.Text.Json;
using System.Text.RegularExpressions;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Range.SignIn;
using Gatehouse.Settings;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Range.Exercises;

/// <summary>
/// An exercise about people who connect a third-party service. The server acts there with the token of the person who calls, and shows the records of
/// that account.
/// </summary>
public abstract partial class ConnectionExercise : SignInExercise
{
    /// <summary>The services; by default a single honest service.</summary>
    internal virtual async Task<ServicePlaces> StartServicesAsync(RangeFixture fixture) =>
        new(await RangeService.StartAsync(fixture, "files").ConfigureAwait(false), null);

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture)
    {
        fixture.SignIn = await StartProvidersAsync(fixture).ConfigureAwait(false);
        fixture.Services = await StartServicesAsync(fixture).ConfigureAwait(false);
        var broker = await NaiveBroker.StartAsync(fixture).ConfigureAwait(false);
        var connector = await NaiveConnector.StartAsync(fixture).ConfigureAwait(false);
        fixture.CopyRowAsync = connector.CopyAsync;
        var server = await CanaryServer.StartAsync(fixture, context => IsDescription(context) || broker.Knows(context), async (context, message) =>
        {
            if (IsDescription(context))
            {
                await DescribeAsync(context, broker.Name).ConfigureAwait(false);
                return true;
            }

            if (!IsUse(message)) return false;
            var person = broker.PersonOf(context)!;
            await (connector.TokenOf(person) is { } token ? ShowAsync(fixture, context, message, token)
                : CanaryServer.WriteAsync(context, new
                {
                    jsonrpc = "2.0",
                    id = message.GetProperty("id"),
                    error = new { code = -32000, message = $"Connect your account: {connector.LinkOf(person)}" },
                })).ConfigureAwait(false);
            return true;
        }).ConfigureAwait(false);
        return server.Url;
    }

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture)
    {
        fixture.SignIn = await StartProvidersAsync(fixture).ConfigureAwait(false);
        fixture.Services = await StartServicesAsync(fixture).ConfigureAwait(false);
        var server = Upstream.Http((await CanaryServer.StartAsync(fixture, overrides: async (context, message) =>
        {
            if (!IsUse(message)) return false;
            await ShowAsync(fixture, context, message, context.Request.Headers.Authorization.ToString().Split(' ')[^1]).ConfigureAwait(false);
            return true;
        }).ConfigureAwait(false)).Url);
        return server with { Http = server.Http! with { Connection = new ConnectionCredentialSettings(fixture.Services.Asked.Name, []) } };
    }

    internal override GatewaySettings ConfigureSignIn(RangeFixture fixture, GatewaySettings settings) => settings with
    {
        ConnectionProviders =
        [
            .. fixture.Services!.All.Select(static service => new ConnectionProviderSettings
            {
                Name = service.Name,
                AuthorizationEndpoint = new Uri(service.Origin + "/consent"),
                TokenEndpoint = new Uri(service.Origin + "/token"),
                ClientId = RangeService.Client,
            }),
        ],
    };

    /// <summary>Alice connects her account, and reads her records.</summary>
    internal override async Task<bool> UseHonestlyAsync(AttackContext context)
    {
        var alice = await TokenOfAsync(context, AttackContext.Victim).ConfigureAwait(false);
        if (LinkIn(await ReadAsync(context, alice).ConfigureAwait(false)) is not { } link) return false;
        await AgreeAsync(BrowserOf(context, AttackContext.Victim), link).ConfigureAwait(false);
        return (await ReadAsync(context, alice).ConfigureAwait(false)).Holds(context.Canary.Secret);
    }

    /// <summary>Signs a person in with a client, and returns the access token.</summary>
    internal static async Task<string> TokenOfAsync(AttackContext context, string person)
    {
        var program = await SignInProgram.FindAsync(context).ConfigureAwait(false);
        var page = await program.SignInAsync(context.SignInPlaces!.BrowserOf(person)).ConfigureAwait(false);
        return (await program.RedeemAsync(page.Query("code")).ConfigureAwait(false))!.Access;
    }

    /// <summary>A browser in which a person is signed in at the company and at the services.</summary>
    internal static RangeBrowser BrowserOf(AttackContext context, string person) =>
        context.Services!.SignIn(context.SignInPlaces!.BrowserOf(person), person);

    /// <summary>Opens the page of a connection and agrees to everything. Returns the page at which the browser ended.</summary>
    internal static async Task<BrowserPage> AgreeAsync(RangeBrowser browser, Uri link) =>
        await browser.AgreeAsync(await browser.OpenAsync(link).ConfigureAwait(false)).ConfigureAwait(false);

    /// <summary>Reads the records of the account behind a caller.</summary>
    internal static async Task<RangeReply> ReadAsync(AttackContext context, string token)
    {
        var client = context.With(token);
        await client.InitializeAsync().ConfigureAwait(false);
        return await client.CallAsync("secret").ConfigureAwait(false);
    }

    /// <summary>The address of the page in an answer; null without one.</summary>
    internal static Uri? LinkIn(RangeReply reply) => Link().Match(reply.Text) is { Success: true } found ? new Uri(found.Value) : null;

    private static Task ShowAsync(RangeFixture fixture, HttpContext context, JsonElement message, string token) =>
        CanaryServer.WriteAsync(context, CanaryServer.Result(message.GetProperty("id"),
            fixture.Services!.All.Any(service => service.AccountOf(token) == AttackContext.Victim) ? fixture.Canary.Secret : "no records"));

    private static bool IsUse(JsonElement message) => message.ValueKind == JsonValueKind.Object
        && message.TryGetProperty("params", out var parameters) && parameters.TryGetProperty("name", out var name) && name.GetString() == "secret";

    [GeneratedRegex("http://[^ \"\\\\]*/connect[?]link=[A-Za-z0-9_-]+")]
    private static partial Regex Link();
}
