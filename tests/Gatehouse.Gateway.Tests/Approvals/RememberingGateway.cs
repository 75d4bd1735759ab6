using System.Text.Json;
using Gatehouse.Administration;
using Gatehouse.Configuration;
using Gatehouse.Gateway.Approvals;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Approvals;

/// <summary>A gateway whose rule lets answers be remembered, the caller alice, and carol who answers.</summary>
internal sealed class RememberingGateway : IAsyncDisposable
{
    private RememberingGateway(AskingGateway asking, Era alice) => (Asking, Alice, Desk) = (asking, alice, new ApproverDesk(asking.Gateway));

    /// <summary>The terms of a rule that lets a folder for the argument <c>file</c> be remembered.</summary>
    public static ApprovalTerms OfFiles { get; } = new() { Remember = RememberScope.Path, RememberPointer = "file" };

    public AskingGateway Asking { get; }

    public Era Alice { get; }

    public ApproverDesk Desk { get; }

    public RememberedAnswers Answers => Asking.Gateway.Host.Core.Services.Remembered;

    public static async Task<RememberingGateway> StartAsync(
        ApprovalTerms? terms = null, TemporaryStore? data = null, TimeProvider? time = null, Func<GatewaySettings, GatewaySettings>? change = null,
        Func<ConfigurationResult>? reload = null, Func<IStore, IStore>? around = null, bool keepState = false, IEnumerable<PolicyRule>? rules = null)
    {
        var asking = await AskingGateway.StartAsync(
            data, time, terms ?? OfFiles, settings => NoHold(change?.Invoke(settings) ?? settings), reload, around, keepState, rules);
        asking.Gateway.Upstream.OnResult("resources/list", """{"resultType":"complete","resources":[]}""");
        asking.Gateway.Upstream.OnResult(
            "resources/templates/list", """{"resultType":"complete","resourceTemplates":[{"uriTemplate":"{+uri}","name":"all"}]}""");
        asking.Gateway.Upstream.OnResult("resources/read", """{"resultType":"complete","contents":[]}""");
        return new RememberingGateway(asking, await asking.BeginAsync());
    }

    /// <summary>Calls the tool. Returns <c>passed</c>, or the code of the refusal.</summary>
    public static async Task<string> CallAsync(Era era, string file, string more = "") => Outcome(
        await era.AskAsync("tools/call", AskingGateway.Echo($"{{\"file\":{JsonSerializer.Serialize(file)}{more}}}"), "echo"));

    /// <summary>Reads a resource. Returns <c>passed</c>, or the code of the refusal.</summary>
    public static async Task<string> ReadAsync(Era era, string uri) =>
        Outcome(await era.AskAsync("resources/read", $"\"uri\":{JsonSerializer.Serialize(uri)}", uri));

    /// <summary>Calls as alice.</summary>
    public Task<string> CallAsync(string file, string more = "") => CallAsync(Alice, file, more);

    /// <summary>Grants the only open question as a person who was shown it, and lets the answer be remembered.</summary>
    public async Task<ApprovalAnswered> RememberAsync(string? folder, TimeSpan? lasts = null, string person = "carol")
    {
        var wish = new RememberWish(folder, lasts);
        var seen = await Desk.ShownAsync((await Asking.OpenAsync()).Id, person, wish: wish);
        var outcome = await Desk.AnswerAsync(seen, person, wish: wish);
        Assert.Null(outcome.Refusal?.Why);
        return outcome.Result!;
    }

    /// <summary>Calls with a file, and lets carol's answer be remembered. The call itself uses its own grant.</summary>
    public async Task<string> BeginAsync(string file, string? folder, TimeSpan? lasts = null)
    {
        Assert.Equal("GH4204", await CallAsync(file));
        var answered = await RememberAsync(folder, lasts);
        Assert.NotNull(answered.Remembered);
        Assert.Equal("passed", await CallAsync(file));
        return answered.Remembered;
    }

    /// <summary>Returns why the wish is refused for the only open question.</summary>
    public async Task<string?> WhyNotAsync(string? folder, TimeSpan? lasts = null) =>
        (await Desk.ShowAsync((await Asking.OpenAsync()).Id, "carol", wish: new RememberWish(folder, lasts))).Refusal?.Why;

    /// <summary>Number of answers that are remembered.</summary>
    public async Task<int> CountAsync() => (await Answers.ListAsync(CancellationToken.None)).Count;

    public ValueTask DisposeAsync() => Asking.DisposeAsync();

    private static string Outcome(JsonElement answer) =>
        answer.TryGetProperty("error", out var error) ? error.GetProperty("data").GetProperty("code").GetString()! : "passed";

    private static GatewaySettings NoHold(GatewaySettings settings) => settings with { Approvals = settings.Approvals with { Hold = TimeSpan.Zero } };
}
