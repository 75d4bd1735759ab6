using System.Buffers;
using System.Text;
using Gatehouse.Audit;
using Gatehouse.Pipeline.Authorize;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Schemas;
using Gatehouse.Pipeline.ServerRequests.Words;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Headers;
using Gatehouse.Protocol.Validation;
using Gatehouse.Refusals;
using Gatehouse.Settings;
using Gatehouse.Text;

namespace Gatehouse.Pipeline.Lists.Responses;

/// <summary>
/// The responder that answers the four lists in the server's place: with entries in their original bytes and order, only those that the caller may
/// use, in pages of the gateway. No count, page or cursor of the server reaches the caller (design rules 4 and 10).
/// </summary>
public sealed class ListResponder(ICatalogue catalogue, IListCursors cursors, IListVisibility visibility)
{
    // Characters of a tool's name and of a place in its schema.
    private const int LongestPlace = 160;

    /// <summary>Answers the exchange's request.</summary>
    /// <exception cref="RefusalException">The list is not available, or the cursor is refused.</exception>
    public async ValueTask<IUpstreamReply> AnswerAsync(Exchange exchange, ListKind kind, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        var list = await catalogue.ListAsync(exchange, kind, cancellation).ConfigureAwait(false);
        await Visibility.AskAsync(exchange, exchange.Snapshot, list, cancellation).ConfigureAwait(false);
        var visible = visibility.Of(exchange, list);
        Note(exchange, visible);
        if (visible.Entries.Count == 0) visible = Nothing(exchange, visible);
        var start = Start(exchange, kind, visible);
        exchange.ToldLists.Note(visible);
        return new LocalReply(Write(exchange, visible, start), visible.List.IsStreamed);
    }

    // For a caller limited to named entries, an unsupported list, an empty list and a list without visible entries must look the same.
    private static VisibleList Nothing(Exchange exchange, VisibleList visible)
    {
        var list = visible.List;
        if (!Visibility.IsOpen(exchange, exchange.Snapshot, list.Kind))
            return VisibleList.Of(ServerList.Empty(list.Kind, exchange.IsModern), static _ => true);
        return list.IsSupported ? visible : throw new RefusalException(Reasons.UnknownMethod, "the server has no such list");
    }

    private int Start(Exchange exchange, ListKind kind, VisibleList visible)
    {
        var request = exchange.Message!;
        if (!request.Has(EnvelopeMember.ParamsCursor)) return 0;
        var position = request.Text(EnvelopeMember.ParamsCursor) is { } cursor ? cursors.Open(exchange, kind, cursor) : null;
        if (position is null) throw new RefusalException(Reasons.CursorRefused, "not a cursor of this caller and list");
        return position.Next < visible.Entries.Count && position.Version.Span.SequenceEqual(visible.Version.Span)
            ? position.Next
            : throw new RefusalException(Reasons.CursorRefused, "the list is another one now");
    }

    private ValidatedMessage Write(Exchange exchange, VisibleList visible, int start)
    {
        var end = Math.Min(visible.Entries.Count, start + exchange.Server.Lists.PageSize);
        var buffer = new ArrayBufferWriter<byte>(512 + visible.Entries.Skip(start).Take(end - start).Sum(e => e.Json.Length + 1));
        buffer.Write("{\"jsonrpc\":\"2.0\",\"id\":"u8);
        buffer.Write(exchange.Message!.Id.Raw.Span);
        buffer.Write(",\"result\":{"u8);
        WriteHead(buffer, visible);
        for (var i = start; i < end; i++)
        {
            if (i > start) buffer.Write(","u8);
            buffer.Write(visible.Entries[i].Json.Span);
        }

        buffer.Write("]"u8);
        WriteOthers(buffer, visible);
        WriteTail(buffer, visible.List, end < visible.Entries.Count
            ? cursors.Seal(exchange, visible.List.Kind, new ListPosition(end, visible.Version)) : null);
        return MessageValidator.TryValidate(buffer.WrittenMemory, MessageLimits.Default with { MaxBytes = int.MaxValue }, out var message,
            out var failure)
            ? message
            : throw new RefusalException(Reasons.InternalFault, failure.Fault.ToString());
    }

    private static void WriteHead(ArrayBufferWriter<byte> buffer, VisibleList visible)
    {
        var list = visible.List;
        if (!list.ResultType.IsEmpty)
        {
            buffer.Write("\"resultType\":"u8);
            buffer.Write(list.ResultType.Span);
            buffer.Write(","u8);
        }

        buffer.Write(Encoding.ASCII.GetBytes($"\"{ListKinds.Member(list.Kind)}\":["));
    }

    // Other members of the server's answer may count or name hidden entries. They are written behind the entries, beside the cursor: the inspection
    // of texts reads from the first to the last of them, and the entries were judged as definitions.
    private static void WriteOthers(ArrayBufferWriter<byte> buffer, VisibleList visible)
    {
        if (visible.Hidden > 0 || visible.List.Others.IsEmpty) return;
        buffer.Write(","u8);
        buffer.Write(visible.List.Others.Span);
    }

    private static bool NamesSecret(ParameterHeader header) =>
        SecretWords.NamedBy(header.Name, numbers: false) is not null || SecretWords.NamedBy(header.Path[^1], numbers: false) is not null;

    private static void WriteTail(ArrayBufferWriter<byte> buffer, ServerList list, string? cursor)
    {
        if (cursor is not null) buffer.Write(Encoding.ASCII.GetBytes($",\"nextCursor\":\"{cursor}\""));
        if (list.TtlMilliseconds is { } ttl)
            buffer.Write(Encoding.ASCII.GetBytes(string.Create(System.Globalization.CultureInfo.InvariantCulture, $",\"ttlMs\":{ttl}")));
        // H25, H26: visibility is decided for each caller, so no list may be shared.
        if (list.HasCacheScope) buffer.Write(",\"cacheScope\":\"private\""u8);
        buffer.Write("}}"u8);
    }

    private static void Note(Exchange exchange, VisibleList visible)
    {
        // H24: every proxy on the way can read a value that is mirrored into a header. This is a heuristic: a word in a name suggests that it is a
        // secret.
        var secrets = visible.Entries.Count(entry => entry.Tool is { Headers.Count: > 0 } tool && tool.Headers.Any(NamesSecret));
        if (secrets > 0) exchange.Record.Add(new AuditPart(AuditPartKind.Detection, AuditOutcome.Warn, "secret-in-a-header", null, secrets));
        WithheldEntries.Note(exchange, exchange.Snapshot, visible.List);
        NoteSchemas(exchange, visible.List);
        if (visible.List.EndsByRepeat)
            exchange.Record.Add(new AuditPart(AuditPartKind.Rule, AuditOutcome.Warn, "list-cursor-repeated", ListKinds.Method(visible.List.Kind)));
        if (visible.Hidden == 0) return;
        exchange.Record.Add(new AuditPart(AuditPartKind.Change, AuditOutcome.Removed, "list-entries", null, visible.Hidden));
        if (visible.List.Kind != ListKind.Tools || !exchange.IsModern) return;
        foreach (var fault in visible.List.Entries.Select(e => e.Tool?.Fault).OfType<string>().Distinct(StringComparer.Ordinal).Take(16))
            exchange.Record.Add(new AuditPart(AuditPartKind.Rule, AuditOutcome.Drop, "tool-header-annotation", fault)); // T21
    }

    // E10: an unusable schema is reported with each answer. Its tool is left out, or shown if deviations are only recorded.
    private static void NoteSchemas(Exchange exchange, ServerList list)
    {
        if (list.Kind != ListKind.Tools) return;
        NoteFaults(exchange, "input-schema", exchange.Server.Schemas.Input, list.Entries.Select(entry => (entry.Name, entry.Tool?.Input)));
        NoteFaults(exchange, "output-schema", exchange.Server.Schemas.Output, list.Entries.Select(entry => (entry.Name, entry.Tool?.Output)));
    }

    private static void NoteFaults(Exchange exchange, string what, EnforcementMode demand, IEnumerable<(string Name, ToolSchema? Schema)> schemas)
    {
        var outcome = demand == EnforcementMode.Enforce ? AuditOutcome.Drop : AuditOutcome.Warn;
        foreach (var (name, schema) in schemas.Where(static one => one.Schema?.Fault is not null).Take(16))
            exchange.Record.Add(new AuditPart(AuditPartKind.Rule, outcome, what + "-unusable", schema!.Fault)
            { Words = VisibleText.Bounded($"{name} at {schema.FaultPlace}", LongestPlace) });
    }
}
