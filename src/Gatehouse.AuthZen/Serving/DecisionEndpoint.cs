using System.Net.Http.Headers;
using System.Text.Json;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Partitions;
using Gatehouse.Identity.Tokens;
using Gatehouse.Identity.Validation;
using Gatehouse.Outbound;
using Gatehouse.Pipeline.Accept;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Records;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Policy;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Validation;
using Gatehouse.Settings;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.AuthZen.Serving;

/// <summary>
/// The endpoint that serves decisions by OpenID AuthZEN Authorization API 1.0 to permitted askers (AZ-06). Threat: an asker can learn the policy
/// answer by answer. So asking needs a token for a separate audience and a name in <c>decisionService.who</c>. Without that section there is no
/// endpoint.
/// </summary>
internal sealed class DecisionEndpoint(ITokenValidator validator, DecisionRecords records, IBarredParties barred, TimeProvider time)
{
    /// <summary>Prefix of the endpoints' paths.</summary>
    public const string Prefix = "/access/v1/";

    /// <summary>Path of the metadata (§9.2).</summary>
    public const string MetadataPath = "/.well-known/authzen-configuration";

    private const int MaxBodyBytes = 256 << 10;
    private const int LongestRequestId = 128;
    private const string RequestId = "X-Request-ID";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly MessageLimits Limits =
        MessageLimits.Default with { MaxBytes = MaxBodyBytes, MaxDepth = 32, MaxMembers = 512, MaxValues = 65_536 };

    private readonly PartitionedBudget underWay = new();

    /// <summary>Answers a request for the metadata.</summary>
    public static Task HandleMetadataAsync(HttpContext context, GatewaySettings settings)
    {
        if (!HostPolicy.IsServed(context.Request.Headers.Host, settings)) return SayAsync(context, 403, "this host name is not served here");
        if (!HttpMethods.IsGet(context.Request.Method)) return SayAsync(context, 405, "the metadata are read with GET");
        context.Response.Headers.CacheControl = "max-age=300";
        return WriteAsync(context, EvaluationResultWriter.Metadata(settings.Origin));
    }

    /// <summary>Answers a question, or returns the reason for the refusal.</summary>
    public async Task HandleAsync(HttpContext context, GatewaySnapshot snapshot)
    {
        var id = Ids.New(time);
        context.Response.Headers["Gatehouse-Request-Id"] = id;
        context.Response.Headers.CacheControl = "no-store";
        if (!HostPolicy.IsServed(context.Request.Headers.Host, snapshot.Settings))
            await SayAsync(context, 403, "this host name is not served here").ConfigureAwait(false);
        else if (!TryEcho(context)) await SayAsync(context, 400, "X-Request-ID is longer than 128 characters or not plain").ConfigureAwait(false);
        else if (!HttpMethods.IsPost(context.Request.Method)) await SayAsync(context, 405, "questions are asked with POST").ConfigureAwait(false);
        else if (await AuthenticateAsync(context, snapshot, id).ConfigureAwait(false) is { } asker)
            await TakeTurnAsync(context, snapshot, asker, id).ConfigureAwait(false);
    }

    // §10.1.3: the asker's own request id is echoed, unless it could be anything other than an id.
    private static bool TryEcho(HttpContext context)
    {
        var values = context.Request.Headers[RequestId];
        if (values.Count == 0) return true;
        if (values.Count > 1 || values[0] is not { Length: > 0 and <= LongestRequestId } value
            || value.AsSpan().IndexOfAnyExceptInRange('!', '~') >= 0) return false;
        context.Response.Headers[RequestId] = value;
        return true;
    }

    private static TokenUse Use(HttpContext context, GatewaySettings settings) =>
        new(settings.DecisionServiceResource) { Peer = PeerPartition.PartitionOf(settings, context.Connection.RemoteIpAddress) };

    private async ValueTask<PolicySubject?> AuthenticateAsync(HttpContext context, GatewaySnapshot snapshot, string id)
    {
        var outcome = BearerCredential.TryParse((IReadOnlyList<string?>)context.Request.Headers.Authorization, out var token);
        var result = outcome == BearerOutcome.Present
            ? await (snapshot.Tokens ?? validator).ValidateAsync(token, Use(context, snapshot.Settings), context.RequestAborted).ConfigureAwait(false)
            : TokenResult.Refused(BearerCredential.ToRefusal(outcome));
        if (result.Token is not { } verified)
        {
            records.Refused(id, snapshot.Generation, null, PeerPartition.PartitionOf(snapshot.Settings, context.Connection.RemoteIpAddress),
                result.Refusal?.ToString() ?? "");
            if (result.Refusal == TokenRefusal.KeysUnavailable)
            {
                context.Response.Headers.RetryAfter = "5";
                await SayAsync(context, 503, "tokens cannot be checked at the moment").ConfigureAwait(false);
                return null;
            }

            // An unauthenticated peer learns that a token is needed, and nothing about the fault of an invalid one.
            context.Response.Headers.WWWAuthenticate = outcome == BearerOutcome.Missing ? "Bearer" : "Bearer error=\"invalid_token\"";
            await SayAsync(context, 401, "an access token for this service is needed").ConfigureAwait(false);
            return null;
        }

        var asker = PolicySubjects.Of(verified);
        records.Authenticated(id, snapshot.Generation, asker);
        if (snapshot.Settings.DecisionService!.Who.Matches(asker)) return asker;
        records.Refused(id, snapshot.Generation, asker, PeerPartition.PartitionOf(snapshot.Settings, context.Connection.RemoteIpAddress),
            "may-not-ask");
        await SayAsync(context, 403, "you may not ask here").ConfigureAwait(false);
        return null;
    }

    private async Task TakeTurnAsync(HttpContext context, GatewaySnapshot snapshot, PolicySubject asker, string id)
    {
        // Threat: one enforcement point asks and reads slowly until the questions of the others find no place (CWE-770).
        var account = CallerPartition.Of(asker.Issuer, asker.Subject);
        var (places, share) = (snapshot.Settings.DecisionService!.Concurrency, snapshot.Settings.Limits.CallerShare);
        var isTaken = underWay.TryTakePlace(account, places, share) == PartitionedVerdict.Taken;
        try
        {
            if (!isTaken) throw new InvalidEvaluationException(503, "too many questions are under way");
            using var limit = new TimeLimit(Patience, time, context.RequestAborted);
            await AnswerAsync(context, snapshot, asker, id, limit.Token).ConfigureAwait(false);
        }
        catch (InvalidEvaluationException e)
        {
            if (e.Status == 503) context.Response.Headers.RetryAfter = "1";
            records.Refused(id, snapshot.Generation, asker, PeerPartition.PartitionOf(snapshot.Settings, context.Connection.RemoteIpAddress),
                "bad-question");
            await SayAsync(context, e.Status, e.Message).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            records.Refused(id, snapshot.Generation, asker, PeerPartition.PartitionOf(snapshot.Settings, context.Connection.RemoteIpAddress),
                "too-slow");
            await SayAsync(context, 503, "the question could not be answered in time").ConfigureAwait(false);
        }
        finally
        {
            if (isTaken) underWay.Return(account, 1);
        }
    }

    private async Task AnswerAsync(HttpContext context, GatewaySnapshot snapshot, PolicySubject asker, string id, CancellationToken cancellation)
    {
        using var document = await ReadAsync(context, cancellation).ConfigureAwait(false);
        var deciding = new EvaluationService(snapshot, asker, barred, time);
        var most = snapshot.Settings.DecisionService!.Batch;
        var what = context.Request.Path.Value![Prefix.Length..];
        if (what is "evaluation" or "evaluations")
        {
            var (answers, asList) = what == "evaluation"
                ? ([await deciding.DecideAsync(EvaluationRequest.Of(document.RootElement), cancellation).ConfigureAwait(false)], false)
                : await EvaluationEndpoint.AnswerAsync(document.RootElement, deciding, most, cancellation).ConfigureAwait(false);
            if (!records.TryNote(id, snapshot.Generation, asker, answers))
                throw new InvalidEvaluationException(503, "the question cannot be recorded and is not answered");
            await WriteAsync(context, asList
                ? EvaluationResultWriter.Many(answers) : EvaluationResultWriter.Single(answers[0])).ConfigureAwait(false);
            return;
        }

        var search = new SearchEndpoint(deciding, most);
        var result = what switch
        {
            "search/resource" => await search.ResourcesAsync(document.RootElement, cancellation).ConfigureAwait(false),
            "search/action" => await search.ActionsAsync(document.RootElement, cancellation).ConfigureAwait(false),
            "search/subject" => throw new InvalidEvaluationException(501, "subjects are known to identity providers and cannot be searched here"),
            _ => throw new InvalidEvaluationException(404, "there is nothing at this address"),
        };
        if (!records.TryNoteSearch(id, snapshot.Generation, asker, what, result.Entries.Count))
            throw new InvalidEvaluationException(503, "the question cannot be recorded and is not answered");
        await WriteAsync(context, EvaluationResultWriter.Found(result)).ConfigureAwait(false);
    }

    private static async ValueTask<JsonDocument> ReadAsync(HttpContext context, CancellationToken cancellation)
    {
        var request = context.Request;
        if (request.QueryString.HasValue) throw new InvalidEvaluationException("the address takes no query");
        if (request.Headers.ContentType.Count != 1 || !MediaTypeHeaderValue.TryParse(request.Headers.ContentType[0], out var type)
            || !string.Equals(type.MediaType, "application/json", StringComparison.OrdinalIgnoreCase)
            || (type.CharSet is { } charset && !string.Equals(charset.Trim('"'), "utf-8", StringComparison.OrdinalIgnoreCase)))
        {
            throw new InvalidEvaluationException("the body must be application/json in UTF-8");
        }

        if (request.Headers.ContentEncoding.Count > 0) throw new InvalidEvaluationException("compressed bodies are not read");
        var body = await BoundedRead.ToEndAsync(request.Body, MaxBodyBytes, cancellation).ConfigureAwait(false)
            ?? throw new InvalidEvaluationException(413, $"the body is longer than {MaxBodyBytes} bytes");
        if (!JsonValidator.TryValidate(body, Limits, out _)) throw new InvalidEvaluationException("the body is not unambiguous JSON in UTF-8");
        var document = JsonDocument.Parse(body);
        if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
        document.Dispose();
        throw new InvalidEvaluationException("the body is no object");
    }

    private static Task SayAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        if (status == 405)
            context.Response.Headers.Allow = context.Request.Path.StartsWithSegments("/access", StringComparison.Ordinal) ? "POST" : "GET";
        return context.Response.WriteAsync(text);
    }

    private static Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> json)
    {
        context.Response.ContentType = "application/json";
        return context.Response.Body.WriteAsync(json).AsTask();
    }
}
