using Gatehouse.Audit.Privacy;
using Gatehouse.Gateway.Quarantine;
using Gatehouse.Gateway.Transport;
using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Accept;
using Gatehouse.Pipeline.Approve;
using Gatehouse.Pipeline.Authenticate;
using Gatehouse.Pipeline.Authorize;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Pipeline.Containment;
using Gatehouse.Pipeline.Conversations;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Forward;
using Gatehouse.Pipeline.Inspection.Requests;
using Gatehouse.Pipeline.Inspection.Responses;
using Gatehouse.Pipeline.Limit;
using Gatehouse.Pipeline.Lists.Responses;
using Gatehouse.Pipeline.Quarantine;
using Gatehouse.Pipeline.Recording;
using Gatehouse.Pipeline.Relaying;
using Gatehouse.Pipeline.Resolve;
using Gatehouse.Pipeline.Sessions;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Pipeline.Validate;
using Gatehouse.Settings;
using Gatehouse.Upstreams;
using Gatehouse.Upstreams.Catalogue;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// Puts a pipeline together from the services of a host. A host may have several pipelines: the local host has one for each connection,
/// since the connection's server is its own.
/// </summary>
internal sealed class PipelineComposer(GatewayServices services, ExchangeRegistry registry)
{
    private readonly GatewayHostOptions options = services.Options;

    /// <summary>Builds a pipeline over upstreams.</summary>
    /// <param name="authenticate">The stage that identifies the caller.</param>
    /// <param name="kind">The kind of credential that callers present.</param>
    /// <param name="upstreams">The upstream of a server.</param>
    /// <param name="notifications">Notifications of the upstreams, which the pipeline's catalogue follows.</param>
    /// <param name="profile">The revisions that servers speak, where they cannot be requested from the server; null requests them.</param>
    public GatewayPipeline Compose(
        IStage authenticate, CallerAuthentication kind, Func<ServerSettings, IUpstream> upstreams, UpstreamNotifications notifications,
        UpstreamProfile? profile = null)
    {
        upstreams = Around(upstreams);
        var catalogue = new ServerCatalogue(services.Snapshots, upstreams, options.Time)
        { FixedProfile = profile, HasBothEras = options.InProcess is not null, Log = options.Log };
        notifications.Received += catalogue.OnNotification;
        services.SeenTools.Add(catalogue);
        var doubles = options.Replacements;
        var sessions = doubles.Apply(PartNames.Sessions, services.Sessions);
        var conversations = doubles.Apply(PartNames.Conversations, services.Conversations);
        var quotas = doubles.Apply(PartNames.Quotas, services.Quotas.Table);
        var lists = new ListResponder(
            doubles.Apply(PartNames.ListCatalogue, catalogue), new ListCursors(services.Keys, options.Time),
            doubles.Apply(PartNames.ListVisibility, new ListVisibility()));
        var quarantine = doubles.Apply<IQuarantine>(QuarantinePartNames.Keeper, services.Quarantine);
        var answers = ResponseInspector.Standard(catalogue, services.Handles, services.Snapshots, services.Texts).With(quarantine).With(
            changes => doubles.Apply(PartNames.ListChanges, changes), rule => doubles.Apply(PartNames.ResponseRule(rule.Name), rule));
        var parts = new PipelineParts
        {
            Accept = doubles.Apply(PartNames.Accept, new AcceptStage()),
            Authenticate = doubles.Apply(PartNames.Authenticate, authenticate),
            Callers = kind,
            Validate = doubles.Apply(PartNames.Validate,
                new ValidateStage(catalogue, doubles.Apply(PartNames.MisplacedTokens, ClientTokens.Find))),
            Session = doubles.Apply(PartNames.Session, new SessionStage(sessions, catalogue, conversations)),
            Resolve = doubles.Apply(PartNames.Resolve, new ResolveStage(services.Handles)),
            Authorize = doubles.Apply(PartNames.Authorize,
                new AuthorizeStage(catalogue, services.Handles) { RightFound = services.CallingClients.Note }),
            Limit = doubles.Apply(PartNames.Limit, new LimitStage(quotas)),
            Quotas = quotas,
            InspectRequest = doubles.Apply<IInspectRequestStage>(PartNames.InspectRequest,
                new InspectRequestStage(RequestInspector.Standard(services.Texts)
                    .With(rule => doubles.Apply(PartNames.RequestRule(rule.Name), rule)))),
            Approve = doubles.Apply<IApproveStage>(PartNames.Approve,
                new ApproveStage(options.Approvals ?? services.Approvals, services.Handles, services.Confirmations)),
            Snapshots = services.Snapshots,
            Sessions = sessions,
            Conversations = conversations,
            Forward = doubles.Apply(PartNames.Forward, new ForwardStage(doubles.Apply(PartNames.Upstreams, upstreams), catalogue, lists)
            { Visits = new VisitAsker(services.Handles, services.Get<IVisits>()) }),
            InspectResponse = doubles.Apply(PartNames.InspectResponse, answers),
            Record = doubles.Apply(PartNames.Record,
                new RecordStage(services.Audit, doubles.Apply(PartNames.PayloadSealer, new PayloadSealer(services.PayloadBoxes)))
                { OnUse = record => services.Webhooks.Alarms?.OnUse(record) }),
            Quarantine = quarantine,
            Pacing = doubles.Apply(PartNames.Pacing, NotificationThrottle.Over(catalogue)),
            Refusals = doubles.Apply<RefusalSender>(PartNames.Refusals, PatientRefusal.SendAsync),
            ResumedStreams = doubles.Apply<Func<LiveSession, string, Action, ResumedStream?>>(PartNames.ResumedStreams, ResumedStream.Find),
            ClientNotices = doubles.Apply(PartNames.ClientNotices, ClientNotice.WhyDropped),
            Pseudonyms = (caller, at, began) => services.EntryProtector.PseudonymOf(new SubjectOwner(caller.Issuer, caller.Subject), at, began),
            Containments = services.Get<IContainments>(),
            Measures = services.Measures,
            RefusalBody = RefusalFormat.Body,
            Replaced = [.. doubles.Names, .. services.ReplacedServices],
        };
        return GatewayPipeline.Of(parts, registry, options.Time, ReportFault);
    }

    private Func<ServerSettings, IUpstream> Around(Func<ServerSettings, IUpstream> upstreams) =>
        options.AroundUpstream is { } around ? server => around(server, upstreams(server)) : upstreams;

    private void ReportFault(string exchangeId, Exception e) => GuardedTimer.Report(options.Log, "exchange " + exchangeId, e);
}
