using Gatehouse.Administration;
using Gatehouse.Audit;
using Gatehouse.Configuration;
using Gatehouse.Gateway.Administration;
using Gatehouse.Identity.Development;
using Gatehouse.Ipc;
using Gatehouse.Pipeline;
using Gatehouse.Policy;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Access;

/// <summary>
/// A gateway with a right for a time: alice and bob may ask for the tool <c>echo</c>, and carol and dora grant it. Everyone sees another tool. The
/// acts come over the control socket, each with a token of the person.
/// </summary>
internal sealed class AccessGateway : IAsyncDisposable
{
    private static readonly PeerAccount Account = new(1, PeerAccount.OwnUserId());

    private readonly AdministrationService administration;

    private AccessGateway(TestGateway gateway)
    {
        Gateway = gateway;
        administration = GatewayAdministration.Of(gateway.Host);
    }

    /// <summary>The rule of the right.</summary>
    public static PolicyRule Right { get; } = new()
    {
        Id = "write",
        Who = new WhoClause { Subjects = new NameSet(["alice", "bob"]) },
        Tools = new NameSet(["echo"]),
        Access = new AccessTerms(TimeSpan.FromHours(4), new WhoClause { Subjects = new NameSet(["alice", "carol", "dora"]) }, 1),
    };

    /// <summary>The rule by which alice and bob are callers without the right.</summary>
    public static PolicyRule Others { get; } = new()
    {
        Id = "others",
        Who = new WhoClause { Subjects = new NameSet(["alice", "bob"]) },
        Tools = new NameSet(["other"]),
    };

    public TestGateway Gateway { get; }

    public IReadOnlyList<ReceivedRequest> Forwarded => Gateway.Upstream.Of("tools/call");

    public string Issuer => Gateway.Host.Development!.TrustedIssuer.Profile.Issuer;

    public static async Task<AccessGateway> StartAsync(
        TemporaryStore? data = null, TimeProvider? time = null, Func<GatewaySettings, GatewaySettings>? change = null,
        Func<ConfigurationResult>? reload = null, Func<IStore, IStore>? around = null, bool keepState = false, IEnumerable<PolicyRule>? rules = null,
        IAuditLog? audit = null, PartReplacements? replace = null)
    {
        var clock = time ?? TimeProvider.System;
        IStore store = (data ?? new TemporaryStore()).Open(clock);
        var gateway = await TestGateway.StartAsync(change, clock, audit, rules: rules ?? [Right, Others], reload: reload, keepState: keepState,
            replace: replace, options: given => given with { Store = around?.Invoke(store) ?? store });
        gateway.Upstream.OnResult("tools/call", """{"resultType":"complete","content":[{"type":"text","text":"done"}]}""");
        return new AccessGateway(gateway);
    }

    public async Task<Era> BeginAsync(bool modern = true, string subject = "alice")
    {
        var era = new Era(Gateway, modern, subject);
        await era.BeginAsync();
        return era;
    }

    /// <summary>Calls the tool of the right, and returns whether the server answered.</summary>
    public static async Task<bool> CallsAsync(Era era) =>
        (await era.AskAsync("tools/call", "\"name\":\"echo\",\"arguments\":{}", "echo")).TryGetProperty("result", out _);

    public Task<ActionOutcome<AccessRequested>> RequestAsync(
        string person = "alice", string rule = "write", int seconds = 300, string reason = "ticket 812", string? audience = null) =>
        administration.DoAsync(new RequestAccess(rule, seconds, reason), Credentials(person, audience));

    /// <summary>Asks for the right, and returns the id of the request.</summary>
    public async Task<string> AskAsync(string person = "alice", int seconds = 300)
    {
        var outcome = await RequestAsync(person, seconds: seconds);
        Assert.Null(outcome.Refusal?.Why);
        return outcome.Result!.Id;
    }

    public Task<ActionOutcome<ApprovalView>> ShowAsync(string id, string person) =>
        administration.DoAsync(new ShowApproval(id), Credentials(person));

    public Task<ActionOutcome<ApprovalAnswered>> AnswerAsync(ApprovalView seen, string person, bool grants = true) =>
        administration.DoAsync(new AnswerApproval(seen.Id, grants, seen.Digest, seen.Shown ?? "", "ticket 812"), Credentials(person));

    /// <summary>Looks at a request and answers it.</summary>
    public async Task<ActionOutcome<ApprovalAnswered>> LookAndAnswerAsync(string id, string person = "carol", bool grants = true)
    {
        var seen = await ShowAsync(id, person);
        Assert.Null(seen.Refusal?.Why);
        return await AnswerAsync(seen.Result!, person, grants);
    }

    /// <summary>Asks for the right and grants it, and returns its id.</summary>
    public async Task<string> GrantedAsync(string person = "alice", int seconds = 300)
    {
        var id = await AskAsync(person, seconds);
        Assert.Null((await LookAndAnswerAsync(id)).Refusal?.Why);
        return id;
    }

    public Task<ActionOutcome<AccessRevoked>> RevokeAsync(string id, string person) =>
        administration.DoAsync(new RevokeAccess(id, "done"), Credentials(person));

    public async Task<IReadOnlyList<ApprovalView>> ListAsync(bool withOver = false) =>
        (await administration.DoAsync(new ListAccess(withOver), new AdministratorCredentials(Account))).Result!.Approvals;

    public async Task<IReadOnlyList<ApprovalView>> QuestionsAsync() =>
        (await administration.DoAsync(new ListApprovals(false), new AdministratorCredentials(Account))).Result!.Approvals;

    public Task<ActionOutcome<TResult>> DoAsync<TResult>(AdministrativeAction<TResult> act, AdministratorCredentials? credentials = null)
        where TResult : class => administration.DoAsync(act, credentials ?? new AdministratorCredentials(Account));

    /// <summary>The entries about rights, in their order.</summary>
    public IReadOnlyList<System.Text.Json.JsonElement> Entries() =>
    [
        .. Gateway.Entries().Where(static entry => entry.TryGetProperty("act", out var act)
            && act.GetString()!.StartsWith("access.", StringComparison.Ordinal)),
    ];

    public IReadOnlyList<string> Acts() => [.. Entries().Select(static entry => entry.GetProperty("act").GetString()!["access.".Length..])];

    /// <summary>Waits for the effects of what was done, in the store, the log and the snapshot.</summary>
    public async Task SettledAsync()
    {
        await Gateway.Host.Core.AccessEffects.SettledAsync();
        await Gateway.Host.Core.Services.ApprovalWatch.SettledAsync();
    }

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();

    public AdministratorCredentials Credentials(string person, string? audience = null, string client = "desk") => new(Account)
    {
        Token = Gateway.Host.Development!.Mint(new DevelopmentGrant
        {
            Subject = person,
            Audience = audience ?? Gateway.Host.Snapshots.Current.Settings.AdministrationResource,
            ClientId = client,
            Lifetime = TimeSpan.FromMinutes(10),
        }).Reveal().ToString(),
    };
}
