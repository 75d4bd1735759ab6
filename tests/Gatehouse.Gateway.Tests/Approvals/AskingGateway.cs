using System.Text.Json;
using Gatehouse.Audit;
using Gatehouse.Configuration;
using Gatehouse.Gateway.Approvals;
using Gatehouse.Policy;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Approvals;

/// <summary>A gateway whose policy asks a person about every call of a tool, and the person who answers.</summary>
internal sealed class AskingGateway : IAsyncDisposable
{
    private AskingGateway(TestGateway gateway) => Gateway = gateway;

    /// <summary>The rule that permits the calls, and asks about them.</summary>
    public static PolicyRule Calls { get; } = new()
    {
        Id = "calls",
        Who = new WhoClause { Subjects = new NameSet(["alice", "bob"]) },
        Obligations = [Obligation.ForApproval(ApprovalTerms.Default)],
    };

    /// <summary>The rule that names those who answer.</summary>
    public static PolicyRule Approvers { get; } = new()
    {
        Id = "approvers",
        Who = new WhoClause { Subjects = new NameSet(["carol", "dora"]) },
        Directions = [PolicyDirection.Approvals],
    };

    public TestGateway Gateway { get; }

    public ApprovalBook Book => Gateway.Host.Core.Services.ApprovalBook;

    public IReadOnlyList<ReceivedRequest> Forwarded => Gateway.Upstream.Of("tools/call");

    public static async Task<AskingGateway> StartAsync(
        TemporaryStore? data = null, TimeProvider? time = null, ApprovalTerms? terms = null, Func<GatewaySettings, GatewaySettings>? change = null,
        Func<ConfigurationResult>? reload = null, Func<IStore, IStore>? around = null, bool keepState = false, IEnumerable<PolicyRule>? rules = null,
        IAuditLog? audit = null)
    {
        var clock = time ?? TimeProvider.System;
        IStore store = (data ?? new TemporaryStore()).Open(clock);
        var calls = terms is null ? Calls : Calls with { Obligations = [Obligation.ForApproval(terms)] };
        var gateway = await TestGateway.StartAsync(change, clock, audit, rules: rules ?? [calls, Approvers], reload: reload, keepState: keepState,
            options: given => given with { Store = around?.Invoke(store) ?? store });
        gateway.Upstream.OnResult("tools/call", """{"resultType":"complete","content":[{"type":"text","text":"done"}]}""");
        return new AskingGateway(gateway);
    }

    /// <summary>Starts with files: a configuration, its policy, and the store of the gateway.</summary>
    public static async Task<AskingGateway> StartAsync(ApprovalFiles files, bool keepState = false) =>
        new(await TestGateway.StartAsync(files.Load, reload: files.Reload, keepState: keepState));

    /// <summary>Begins as a caller.</summary>
    public async Task<Era> BeginAsync(bool modern = true, string subject = "alice")
    {
        var era = new Era(Gateway, modern, subject);
        await era.BeginAsync();
        return era;
    }

    /// <summary>Waits until so many calls wait for a person, and their questions are stored.</summary>
    public Task HeldAsync(int calls = 1) => Eventually.TrueAsync(
        () => Gateway.Host.Registry.Held == calls && Book.Questions.Waiting == calls, $"{calls} calls are held");

    /// <summary>The questions in a state.</summary>
    public async Task<IReadOnlyList<ApprovalRow>> InStateAsync(ApprovalState state) =>
        await Book.Reader.ListAsync(state, null, 1000, static _ => true, static (row, _) => Task.FromResult(row), CancellationToken.None);

    /// <summary>The only open question.</summary>
    public async Task<ApprovalRow> OpenAsync() => Assert.Single(await InStateAsync(ApprovalState.Open));

    /// <summary>Answers a question as a person who saw it.</summary>
    public Task<AnswerResult> AnswerAsync(ApprovalRow row, bool grants = true, string person = "carol") => Book.Answers.AnswerAsync(
        new PersonalAnswer(row.Id, row.Digest, grants, new ApproverFacts("https://login.example", person, "ticket 7", 3.5), "test", new byte[32]),
        TimeSpan.FromMinutes(15), TimeSpan.FromDays(30), CancellationToken.None);

    /// <summary>Acts of the entries about approvals, in their order.</summary>
    public IReadOnlyList<string> Acts() =>
    [
        .. Gateway.Entries().Select(Act).OfType<string>().Where(static act => act.StartsWith("approval.", StringComparison.Ordinal)),
    ];

    /// <summary>The parameters of a call of the tool <c>echo</c>.</summary>
    public static string Echo(string arguments = "{\"amount\":10}") => $"\"name\":\"echo\",\"arguments\":{arguments}";

    public static async Task<string> CodeAsync(Task<JsonElement> call) =>
        (await call).GetProperty("error").GetProperty("data").GetProperty("code").GetString()!;

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();

    private static string? Act(JsonElement entry) =>
        entry.TryGetProperty("act", out var act) ? act.GetString() : null;
}
