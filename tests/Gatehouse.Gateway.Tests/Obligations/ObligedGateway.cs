using System.Text.Json;
using Gatehouse.Administration;
using Gatehouse.Configuration;
using Gatehouse.Gateway.Administration;
using Gatehouse.Identity.Development;
using Gatehouse.Identity.Revocations;
using Gatehouse.Ipc;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Obligations;

/// <summary>
/// A gateway whose administrators are carol, dora and erin. A release and a revocation wait for carol, dora or frank. The acts come with a token of
/// the person.
/// </summary>
internal sealed class ObligedGateway : IAsyncDisposable
{
    private static readonly PeerAccount Account = new(1, PeerAccount.OwnUserId());

    private readonly AdministrationService administration;

    private ObligedGateway(TestGateway gateway)
    {
        Gateway = gateway;
        administration = GatewayAdministration.Of(gateway.Host);
    }

    public static ActObligation SecondPerson { get; } = new()
    {
        Acts = ["release", "revoke"],
        SecondPerson = new() { Subjects = new(["carol", "dora", "frank"]) },
        Expires = TimeSpan.FromMinutes(20),
    };

    public TestGateway Gateway { get; }

    public string Issuer => Gateway.Host.Development!.TrustedIssuer.Profile.Issuer;

    public static async Task<ObligedGateway> StartAsync(
        ActObligation? obligation = null, TemporaryStore? data = null, TimeProvider? time = null, Func<ConfigurationResult>? reload = null,
        Func<IStore, IStore>? around = null, bool keepState = false, Func<GatewaySettings, GatewaySettings>? change = null,
        IReadOnlyList<string>? administrators = null)
    {
        var clock = time ?? TimeProvider.System;
        IStore store = (data ?? new TemporaryStore()).Open(clock);
        return new ObligedGateway(await TestGateway.StartAsync(settings => (change?.Invoke(settings) ?? settings) with
        {
            Administration = new AdministrationSettings
            {
                Who = new() { Subjects = new(administrators ?? ["carol", "dora", "erin"]) },
                Reading = new ReadingSettings { All = new() { Subjects = new(["carol"]) }, Payloads = new() { Subjects = new(["carol"]) } },
                Obligations = [obligation ?? SecondPerson],
            },
        }, clock, reload: reload, keepState: keepState, options: given => given with { Store = around?.Invoke(store) ?? store }));
    }

    public AdministratorCredentials Credentials(string person, string client = "desk") => new(Account)
    {
        Token = Gateway.Host.Development!.Mint(new DevelopmentGrant
        {
            Subject = person,
            Audience = Gateway.Host.Snapshots.Current.Settings.AdministrationResource,
            ClientId = client,
            Groups = person is "dora" or "frank" ? ["security"] : [],
            Lifetime = TimeSpan.FromHours(1),
        }).Reveal().ToString(),
    };

    /// <summary>Contains the server, and returns the id of the containment. No obligation is about it.</summary>
    public async Task<string> ContainAsync()
    {
        var outcome = await DoAsync(new Contain(new ContainmentTarget("server", "", "up", ""), "incident 4711", true), "carol");
        Assert.Null(outcome.Refusal);
        return outcome.Result!.Id;
    }

    public Task<ActionOutcome<TResult>> DoAsync<TResult>(AdministrativeAction<TResult> act, string person, string client = "desk")
        where TResult : class => administration.DoAsync(act, Credentials(person, client));

    public Task<ActionOutcome<ContainmentReleased>> ReleaseAsync(string id, string person = "carol", string reason = "4711 is over") =>
        DoAsync(new ReleaseContainment(id, reason), person);

    /// <summary>A revocation of tokens of a person: it can be done again and again.</summary>
    public Task<ActionOutcome<TokensRevoked>> RevokeAsync(string person = "carol", string reason = "left") =>
        DoAsync(new RevokeTokens(RevocationKind.Subject, Issuer, "mallory", reason), person);

    public async Task<IReadOnlyList<ApprovalView>> QuestionsAsync(bool all = false) =>
        (await administration.DoAsync(new ListApprovals(all), new AdministratorCredentials(Account))).Result!.Approvals;

    public async Task<string> OpenIdAsync() => Assert.Single(await QuestionsAsync(), static one => one.State == "open").Id;

    public Task<ActionOutcome<ApprovalView>> ShowAsync(string id, string person) => DoAsync(new ShowApproval(id), person);

    public Task<ActionOutcome<ApprovalAnswered>> AnswerAsync(ApprovalView seen, string person, bool grants = true) =>
        DoAsync(new AnswerApproval(seen.Id, grants, seen.Digest, seen.Shown ?? "", "looked at it"), person);

    /// <summary>Looks at a question and answers it.</summary>
    public async Task<ActionOutcome<ApprovalAnswered>> LookAndAnswerAsync(string id, string person = "dora", bool grants = true)
    {
        var seen = await ShowAsync(id, person);
        Assert.Null(seen.Refusal?.Why);
        return await AnswerAsync(seen.Result!, person, grants);
    }

    /// <summary>Asks for a release and lets dora grant it.</summary>
    public async Task<string> GrantedAsync(string containment)
    {
        Assert.Equal("second-person", (await ReleaseAsync(containment)).Refusal?.Why);
        var id = await OpenIdAsync();
        Assert.Null((await LookAndAnswerAsync(id)).Refusal?.Why);
        return id;
    }

    /// <summary>The entries whose act begins with one of these words.</summary>
    public IReadOnlyList<JsonElement> Entries(params string[] beginnings) =>
    [
        .. Gateway.Entries().Where(entry => entry.TryGetProperty("act", out var act)
            && beginnings.Any(one => act.GetString()!.StartsWith(one, StringComparison.Ordinal))),
    ];

    public IReadOnlyList<string> Acts(params string[] beginnings) =>
        [.. Entries(beginnings).Select(static entry => entry.GetProperty("act").GetString()!)];

    public async Task ReloadAsync(Action<ConfigurationResult> put, ActObligation? obligation)
    {
        var settings = Gateway.Host.Snapshots.Current.Settings;
        put(new ConfigurationResult
        {
            Faults = [],
            SourcePath = "f",
            Settings = settings with { Administration = settings.Administration with { Obligations = obligation is null ? [] : [obligation] } },
        });
        Assert.Empty(await Gateway.Host.ReloadAsync());
        await Gateway.Host.Core.Services.ApprovalWatch.SettledAsync();
    }

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();
}
