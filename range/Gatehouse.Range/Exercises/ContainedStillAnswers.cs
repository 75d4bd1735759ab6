using System.Text;
using Gatehouse.Containment;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Range.Exercises;

/// <summary>A server that an administrator contained still answers.</summary>
public sealed class ContainedStillAnswers : PersonExercise
{
    private const string HarmlessTool = "weather";

    /// <inheritdoc />
    public override string Id => "contained-still-answers";

    /// <inheritdoc />
    public override string Title => "A contained server that still answers";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP02", "MCP08"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["IR-01"];

    /// <inheritdoc />
    public override string Protection => "stages session, authorize and forward, which ask what is contained";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A proxy takes a server out of service by refusing new sessions. Open sessions continue, so that no person loses work.",
        "Mallory works at a server that turns out to be hostile. An administrator takes it out of service. Mallory's agent continues in its session, lists "
            + "the tools, calls one, and begins another session.",
        "Gatehouse keeps the containment in its store before the administrator gets an answer. It ends the sessions, streams and calls of the server, and "
            + "refuses every method in every stage that knows the server, until a person releases it.",
        "With a register that forgets what is contained, the server answers in a new session, and gives the secret.");

    internal override IReadOnlyList<PolicyRule> Rules { get; } = Policies.Read(
        $$"""
        version: 1
        rules:
          - id: people
            permit: { {{Callers}} }

        """);

    internal override GatewaySettings Configure(GatewaySettings settings) => settings with
    { Administration = new AdministrationSettings { Who = new WhoClause { Subjects = new NameSet([Approver]) } } };

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture)
    {
        var server = await CanaryServer.StartAsync(fixture).ConfigureAwait(false);
        var (isOut, withdrawn) = (false, new HashSet<string>(StringComparer.Ordinal));
        fixture.ContainAsync = tool =>
        {
            if (tool is null) isOut = true;
            else withdrawn.Add(tool);
            return Task.FromResult(true);
        };
        return await NaiveProxy.StartAsync(fixture, server.Url, (request, body) =>
            (!isOut || request.Headers.ContainsKey("Mcp-Session-Id"))
                && !withdrawn.Any(tool => Encoding.UTF8.GetString(body).Contains($"\"{tool}\"", StringComparison.Ordinal))).ConfigureAwait(false);
    }

    internal override void ReplaceServices(IServiceCollection services) =>
        services.Around<ContainmentState>(static real => new ForgetfulContainments(real));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var agent = await BeginAsync(context, AttackContext.Attacker).ConfigureAwait(false);
        var before = await agent.CallAsync("secret").ConfigureAwait(false);
        if (!before.Holds(context.Canary.Secret)) return [new Attempt("before", false, $"no right to begin with: {before.Summary()}")];
        if (!await context.ContainAsync(null).ConfigureAwait(false)) return [new Attempt("before", true, "the server could not be contained")];
        var ways = new List<(string Name, bool Answers, string Words)>
        {
            Judge("a call in the open session", context, await agent.CallAsync("secret").ConfigureAwait(false)),
            await ListAsync("the tools in the open session", agent).ConfigureAwait(false),
        };
        var next = context.As(AttackContext.Attacker, "another-program");
        await next.InitializeAsync().ConfigureAwait(false);
        ways.Add(Judge("a call in a new session", context, await next.CallAsync("secret").ConfigureAwait(false)));
        // One way that answers is enough for an attacker.
        return
        [
            new Attempt("after the containment", ways.Any(static way => way.Answers),
                string.Join("; ", ways.Select(static way => $"{way.Name}: {way.Words}"))),
        ];
    }

    /// <summary>The honest user works while a tool that no person needs is contained.</summary>
    internal override async Task<bool> UseHonestlyAsync(AttackContext context)
    {
        if (!await context.ContainAsync(HarmlessTool).ConfigureAwait(false)) return false;
        await TransferAsync(await BeginAsync(context, AttackContext.Victim).ConfigureAwait(false), HonestAmount).ConfigureAwait(false);
        return Count(context, HonestAmount) == 1;
    }

    private static (string Name, bool Answers, string Words) Judge(string name, AttackContext context, RangeReply reply)
    {
        var isRead = reply.Holds(context.Canary.Secret);
        return (name, isRead, isRead ? "the secret came back" : $"no secret: {reply.Summary()}");
    }

    private static async Task<(string Name, bool Answers, string Words)> ListAsync(string name, RangeClient agent)
    {
        var reply = await agent.AskAsync("tools/list").ConfigureAwait(false);
        var isListed = reply.Result(agent.LastId) is not null;
        return (name, isListed, isListed ? "the tools came back" : $"no tools: {reply.Summary()}");
    }
}
