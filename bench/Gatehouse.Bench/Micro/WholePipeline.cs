using Gatehouse.Audit;
using Gatehouse.Audit.Log;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Gateway.Limits;
using Gatehouse.Gateway.Sessions;
using Gatehouse.Identity.Development;
using Gatehouse.Identity.Revocations;
using Gatehouse.Identity.Validation;
using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Accept;
using Gatehouse.Pipeline.Approve;
using Gatehouse.Pipeline.Authenticate;
using Gatehouse.Pipeline.Authorize;
using Gatehouse.Pipeline.Conversations;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Forward;
using Gatehouse.Pipeline.Inspection.Requests;
using Gatehouse.Pipeline.Inspection.Responses;
using Gatehouse.Pipeline.Inspection.Texts;
using Gatehouse.Pipeline.Limit;
using Gatehouse.Pipeline.Lists.Responses;
using Gatehouse.Pipeline.Recording;
using Gatehouse.Pipeline.Resolve;
using Gatehouse.Pipeline.Schemas;
using Gatehouse.Pipeline.Sessions;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Pipeline.Validate;
using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Storage;
using Gatehouse.Upstreams.Catalogue;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatehouse.Bench.Micro;

/// <summary>Every stage with its real parts, between a client and a server without sockets and a log without a disk.</summary>
internal sealed class WholePipeline : IDisposable
{
    private const string Origin = "http://127.0.0.1:8080";
    private const string Path = "/mcp/bench";

    private readonly DevelopmentIssuer issuer = new(Origin + "/dev-issuer", TimeProvider.System);
    private readonly GatewayPipeline pipeline;
    private readonly GatewaySnapshot snapshot;
    private readonly FixedHead head;
    private readonly FixedSource source = new(Messages.Call);

    public WholePipeline(
        byte[] answer, IReadOnlyList<LimitRule>? limits = null, ToolDefinition? tool = null, IReadOnlyList<PolicyRule>? rules = null,
        IAuditLog? log = null, Waits? serverWaits = null)
        : this(() => answer, withTexts: true, limits, tool, rules, log, serverWaits)
    {
    }

    /// <summary>Makes a pipeline whose server answers as a function says.</summary>
    /// <param name="answer">Returns the next answer.</param>
    /// <param name="withTexts">False to leave the inspection of the answer's texts out, which no gateway can.</param>
    /// <param name="limits">Rules of limits.</param>
    /// <param name="tool">The definition of the tool.</param>
    /// <param name="rules">The policy; null for 20 rules of which none asks.</param>
    /// <param name="log">The log; null for the evidence log without a disk.</param>
    /// <param name="serverWaits">What the server waits for; null for nothing.</param>
    public WholePipeline(
        Func<byte[]> answer, bool withTexts, IReadOnlyList<LimitRule>? limits = null, ToolDefinition? tool = null,
        IReadOnlyList<PolicyRule>? rules = null, IAuditLog? log = null, Waits? serverWaits = null)
    {
        var time = TimeProvider.System;
        var server = new ServerSettings { Name = "bench", Path = Path, Http = new HttpUpstreamSettings { Url = new Uri("http://127.0.0.1:1/mcp") } };
        var settings = new GatewaySettings
        {
            PublicUrl = new Uri(Origin),
            Listen = new ListenSettings { Url = new Uri(Origin) },
            Servers = [server],
            Rules = rules ?? Policies.Rules(20),
            StateDirectory = "/nowhere",
            LimitRules = limits ?? [],
        };
        snapshot = new GatewaySnapshot(1, settings, new PolicyDecisionPoint(settings.Rules));
        var revocations = new InMemoryRevocationList(time);
        var catalogue = new FixedCatalogue(tool);
        var quotas = new QuotaTable(null, time);
        var upstream = new InstantUpstream(answer, serverWaits);
        var sessions = new SessionTable(KeyRing.CreateInMemory(time), new NoSessionStore(), [], time, static () => 12, NullLogger.Instance);
        var conversations = new InMemoryConversations(time, static () => 12);
        log ??= new GroupCommitLog(new AuditLogOptions { Directory = "/nowhere" }, new MemoryFolder(), new BenchLogKeys());
        var responses = ResponseInspector.Standard(catalogue, new NoStateHandles(), new SnapshotHolder(snapshot), new TextInspector(time));
        if (!withTexts) responses = responses.With(changes => changes, rule => rule is ResponseTextRule ? new NoTextRule() : rule);
        pipeline = new GatewayPipeline(
            new PipelineParts
            {
                Accept = new AcceptStage(),
                Authenticate = new AuthenticateStage(new TokenValidator([issuer.TrustedIssuer], revocations, new VerifiedTokenCache(), time)),
                Validate = new ValidateStage(catalogue),
                Session = new SessionStage(sessions, catalogue, conversations),
                Resolve = new ResolveStage(new NoStateHandles()),
                Authorize = new AuthorizeStage(catalogue),
                Limit = new LimitStage(quotas),
                Quotas = quotas,
                InspectRequest = new InspectRequestStage(RequestInspector.Standard(new TextInspector(time))),
                Approve = new ApproveStage(new NoApprovals()),
                Snapshots = new SnapshotHolder(snapshot),
                Sessions = sessions,
                Conversations = conversations,
                Forward = new ForwardStage(_ => upstream, catalogue,
                    new ListResponder(catalogue, new ListCursors(KeyRing.CreateInMemory(time), time), new ListVisibility())),
                InspectResponse = responses,
                Record = new RecordStage(log),
            },
            new ExchangeRegistry(time), time, (_, e) => throw new InvalidOperationException("internal fault", e));
        head = new FixedHead(Headers(Token(Origin + Path)), Path);
    }

    /// <summary>Runs one exchange to its end; everything it waits for is there.</summary>
    public void RunOnce()
    {
        var run = pipeline.RunAsync(new Exchange(snapshot, head, source, TimeProvider.System), new NoReply(), CancellationToken.None);
        if (!run.IsCompletedSuccessfully) run.GetAwaiter().GetResult();
    }

    /// <summary>Runs one exchange to its end on this thread, so that the time of this thread is that of the exchange.</summary>
    /// <exception cref="InvalidOperationException">The exchange waited, and continued elsewhere.</exception>
    public void RunInPlace()
    {
        var run = pipeline.RunAsync(new Exchange(snapshot, head, source, TimeProvider.System), new NoReply(), CancellationToken.None);
        if (run.IsCompletedSuccessfully) return;
        run.GetAwaiter().GetResult(); // a refusal is the better fault
        throw new InvalidOperationException("the exchange did not end on the thread that is measured");
    }

    /// <summary>Runs one exchange to its end on this thread, which releases what it waits for.</summary>
    /// <param name="waits">What the log or the server waits for.</param>
    /// <exception cref="InvalidOperationException">The exchange waits for something else.</exception>
    public void RunWaiting(Waits waits)
    {
        var run = pipeline.RunAsync(new Exchange(snapshot, head, source, TimeProvider.System), new NoReply(), CancellationToken.None);
        waits.Release();
        if (!run.IsCompleted) throw new InvalidOperationException("the exchange waits for something that is not released");
        run.GetAwaiter().GetResult();
    }

    public void Dispose() => issuer.Dispose();

    private string Token(string audience) => issuer.Mint(new DevelopmentGrant { Subject = "developer", Audience = audience }).Reveal().ToString();

    private static Dictionary<string, string> Headers(string token) => new(StringComparer.OrdinalIgnoreCase)
    {
        ["Host"] = "127.0.0.1:8080",
        ["Authorization"] = "Bearer " + token,
        ["Accept"] = "application/json, text/event-stream",
        ["Content-Type"] = "application/json",
        ["MCP-Protocol-Version"] = "2026-07-28",
        ["Mcp-Method"] = "tools/call",
        ["Mcp-Name"] = "r200",
    };
}
