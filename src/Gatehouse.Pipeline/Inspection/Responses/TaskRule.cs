using System.Text;
using Gatehouse.Audit;
using Gatehouse.Pipeline.Authorize;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Resolve;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Json;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Inspection.Responses;

/// <summary>
/// The rule that a caller does not learn of other callers' tasks (ST-07, X01). All callers use the gateway's one credential, so a server that lists
/// or announces tasks by principal shows the tasks of all. Each place where a message names a task is checked: the list of tasks, the state of one as
/// an answer or a notification, and the task that a message is related to.
/// </summary>
internal sealed class TaskRule(ICatalogue catalogue, IStateHandles handles, SnapshotHolder snapshots) : IResponseRule
{
    private const string Foreign = "task-of-another-caller";
    private const int MostListed = 1000;
    private const int LongestCursor = 4096;

    private static readonly HashSet<string> None = [];

    private readonly TaskEntitlement rights = new(catalogue, handles);

    public string Name => "tasks";

    public async ValueTask<RuleVerdict> JudgeAsync(Exchange exchange, ValidatedMessage message, CancellationToken cancellation)
    {
        var own = await OwnAsync(exchange, message, cancellation).ConfigureAwait(false);
        if (message.Kind is MessageKind.Request or MessageKind.Notification)
            return NamesForeign(message, own) ? RuleVerdict.Drop(Foreign) : RuleVerdict.Pass;
        if (message.Kind != MessageKind.Result) return RuleVerdict.Pass;
        if (RelatedTask.TryRead(message, out var related) && await IsForeignAsync(exchange, related, own, cancellation).ConfigureAwait(false))
            return RuleVerdict.Refuse(Reasons.ResultRefused, Foreign);
        if (exchange.Message?.Method == "tasks/list") return JudgeList(exchange, message, own);
        // The state of a task must be that of the requested one; otherwise another caller's task would be claimed for the caller.
        return IsOfTasks(exchange) && message.Has(EnvelopeMember.ResultTaskId)
            && message.Text(EnvelopeMember.ResultTaskId) != exchange.Message!.Text(EnvelopeMember.ParamsTaskId)
            ? RuleVerdict.Refuse(Reasons.ResultRefused, Foreign)
            : RuleVerdict.Pass;
    }

    // The tasks in the message that belong to the caller.
    private async ValueTask<IReadOnlySet<string>> OwnAsync(Exchange exchange, ValidatedMessage message, CancellationToken cancellation)
    {
        if (Named(exchange, message) is not { } named) return None;
        // Each message of a stream is decided by the newest rules (design rule 7); an answer by those that its request began with.
        var snapshot = message.Kind == MessageKind.Notification ? snapshots.Current : exchange.Snapshot;
        HashSet<string> own = new(StringComparer.Ordinal);
        Dictionary<string, Refusal?> judged = new(StringComparer.Ordinal);
        foreach (var task in named)
        {
            // most tasks of a list belong to others
            if (own.Contains(task) || !await handles.OwnsTaskAsync(exchange, task, cancellation).ConfigureAwait(false)) continue;
            if (await MayAsync(exchange, snapshot, task, judged, cancellation).ConfigureAwait(false)) own.Add(task);
        }

        return own;
    }

    /// <summary>Tells whether the exchange's answer is about an existing task.</summary>
    internal static bool IsOfTasks(Exchange exchange) =>
        exchange.Message?.Method is "tasks/get" or "tasks/result" or "tasks/update" or "tasks/cancel" or "tasks/list";

    private async ValueTask<bool> MayAsync(Exchange exchange, GatewaySnapshot snapshot, string task, Dictionary<string, Refusal?> judged,
        CancellationToken cancellation)
    {
        try
        {
            return await rights.RefusesAsync(exchange, snapshot, task, judged, cancellation).ConfigureAwait(false) is null;
        }
        catch (RefusalException)
        {
            return false; // design rule 10: a task that cannot be looked up is not shown
        }
    }

    private static bool IsState(ValidatedMessage message) => message.Method is "notifications/tasks" or "notifications/tasks/status";

    // Null where it names none, as nearly every message.
    private static List<string>? Named(Exchange exchange, ValidatedMessage message)
    {
        List<string>? named = null;
        if (RelatedTask.TryRead(message, out var related) && related is not null) (named ??= []).Add(related);
        if (message.Kind == MessageKind.Notification && IsState(message) && message.Text(EnvelopeMember.ParamsTaskId) is { } task)
            (named ??= []).Add(task);
        if (message.Kind == MessageKind.Result && exchange.Message?.Method == "tasks/list") AddListed(named ??= [], message);
        return named;
    }

    private static void AddListed(List<string> named, ValidatedMessage message)
    {
        var bytes = message.Bytes.Span;
        if (!TryFindList(message, out var list)) return;
        foreach (var element in JsonWalk.Elements(bytes, list))
        {
            if (named.Count < MostListed && IdOf(bytes, element) is { } id) named.Add(id);
        }
    }

    private static bool NamesForeign(ValidatedMessage message, IReadOnlySet<string> own)
    {
        if (RelatedTask.TryRead(message, out var related) && !IsOwn(own, related)) return true;
        return message.Kind == MessageKind.Notification && IsState(message) && !IsOwn(own, message.Text(EnvelopeMember.ParamsTaskId));
    }

    // The answer that creates a task may say that it belongs to the task, before the task is claimed.
    private async ValueTask<bool> IsForeignAsync(Exchange exchange, string? task, IReadOnlySet<string> own, CancellationToken cancellation)
    {
        if (IsOfTasks(exchange)) return !IsOwn(own, task);
        return task is null || await handles.IsOfAnotherAsync(exchange, task, cancellation).ConfigureAwait(false);
    }

    private static bool IsOwn(IReadOnlySet<string> own, string? task) => task is not null && own.Contains(task);

    private RuleVerdict JudgeList(Exchange exchange, ValidatedMessage message, IReadOnlySet<string> own)
    {
        var bytes = message.Bytes.Span;
        if (!TryFindList(message, out var list) || bytes[list.Start] != (byte)'[')
            return RuleVerdict.Refuse(Reasons.ResultRefused, "tasks-malformed");
        List<byte> kept = [];
        var removed = 0;
        foreach (var element in JsonWalk.Elements(bytes, list))
        {
            if (!IsOwn(own, IdOf(bytes, element)))
            {
                removed++;
                continue;
            }

            if (kept.Count > 0) kept.Add((byte)',');
            kept.AddRange(element.Of(bytes));
        }

        if (removed == 0 && !message.Has(EnvelopeMember.ResultNextCursor)) return RuleVerdict.Pass;
        if (message.Raw(EnvelopeMember.ResultNextCursor).Length > LongestCursor) return RuleVerdict.Refuse(Reasons.ResultRefused, "cursor-too-long");
        if (removed > 0) exchange.Record.Add(new AuditPart(AuditPartKind.Change, AuditOutcome.Removed, "tasks-of-others", null, removed));
        // Other members of the result, and those beside it, may count or name the removed tasks. The cursor may contain another caller's id, so it
        // is sealed.
        byte[] cursor = message.Has(EnvelopeMember.ResultNextCursor)
            ? [.. ",\"nextCursor\":\""u8, .. Encoding.ASCII.GetBytes(handles.SealState(exchange, message.Raw(EnvelopeMember.ResultNextCursor))),
            (byte)'"'] : [];
        byte[] type = message.Has(EnvelopeMember.ResultType) ? [.. "\"resultType\":"u8, .. message.Raw(EnvelopeMember.ResultType), (byte)','] : [];
        byte[] rest = [(byte)'{', .. type, .. "\"tasks\":["u8, .. kept, (byte)']', .. cursor, (byte)'}'];
        return RuleVerdict.Edit(UnnamedMembers.Replace(message, EnvelopeMember.Result, rest));
    }

    private static bool TryFindList(ValidatedMessage message, out ByteRange list)
    {
        list = default;
        return message.IsObject(EnvelopeMember.Result)
            && JsonWalk.TryFindMember(message.Bytes.Span, message.Range(EnvelopeMember.Result), "tasks"u8, out list);
    }

    private static string? IdOf(ReadOnlySpan<byte> bytes, ByteRange task) =>
        bytes[task.Start] == (byte)'{' && JsonWalk.TryFindMember(bytes, task, "taskId"u8, out var id) ? JsonWalk.String(bytes, id) : null;
}
