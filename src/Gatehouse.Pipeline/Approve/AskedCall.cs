using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Policy;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Canonical;
using Gatehouse.Protocol.Json;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Approve;

/// <summary>The facts of one call that an approval is bound to and that a person is shown.</summary>
public sealed record AskedCall
{
    private const int Absent = -1;

    // What changes with every request of the same call. Everything else in the params is covered. The server of a call that is asked about gets no
    // text of tracestate and baggage (RequestInspector).
    private static readonly EnvelopeMember[] LeftOut =
    [
        EnvelopeMember.MetaProgressToken, EnvelopeMember.MetaProtocolVersion, EnvelopeMember.MetaClientInfo, EnvelopeMember.MetaClientCapabilities,
        EnvelopeMember.MetaTraceparent, EnvelopeMember.MetaTracestate, EnvelopeMember.MetaBaggage,
    ];

    // What differs from round to round of one call.
    private static readonly EnvelopeMember[] Rounds = [EnvelopeMember.ParamsInputResponses, EnvelopeMember.ParamsRequestState];

    private static readonly EnvelopeMember[] Whole = [];

    /// <summary>The caller.</summary>
    public required PolicySubject Caller { get; init; }

    /// <summary>The endpoint at which the caller called, as its resource identifier (RFC 8707).</summary>
    public required string Endpoint { get; init; }

    /// <summary>The server.</summary>
    public required ServerSettings Server { get; init; }

    /// <summary>The method.</summary>
    public required string Method { get; init; }

    /// <summary>The name or URI, as it would be forwarded; null for a method without one.</summary>
    public string? Target { get; init; }

    /// <summary>Digest of the definition in force; null where there is none.</summary>
    public string? Definition { get; init; }

    /// <summary>
    /// The params in canonical form with every digit of their numbers, without progress token, trace context, and the members of <c>_meta</c> for
    /// protocol version, client information and client capabilities. Empty for a message without params.
    /// </summary>
    public ReadOnlyMemory<byte> Parameters { get; init; }

    /// <summary>
    /// True when the server gets more of the client than these facts: members of the message beside the params, which JSON-RPC does not name and
    /// which travel along, or <c>Mcp-Param-*</c> headers that the tool does not declare. No person sees these, so nothing may be approved.
    /// </summary>
    public bool HasMore { get; init; }

    /// <summary>Texts of the rules that ask, in ordinal order, each once.</summary>
    public IReadOnlyList<string> Rules { get; init; } = [];

    /// <summary>Returns the facts of an exchange in its form of now.</summary>
    public static AskedCall Of(Exchange exchange) => Of(exchange, Whole);

    /// <summary>
    /// Returns the facts that all rounds of one call have in common: without <c>inputResponses</c> and <c>requestState</c> (MCP 2026-07-28, multi
    /// round-trip requests). In the legacy era these members have no such meaning, and are covered.
    /// </summary>
    public static AskedCall OfRounds(Exchange exchange)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        return Of(exchange, exchange.IsModern ? Rounds : Whole);
    }

    private static AskedCall Of(Exchange exchange, EnvelopeMember[] others)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        var message = exchange.Message!;
        return new AskedCall
        {
            Caller = exchange.Subject!,
            Endpoint = exchange.Snapshot.Settings.Resource(exchange.Server),
            Server = exchange.Server,
            Method = message.Method ?? "",
            Target = TargetOf(message),
            Definition = exchange.DefinitionDigest,
            Parameters = CanonicalParameters(message, others),
            HasMore = HasOtherMembers(message) || UndeclaredParameters.Of(exchange).Count > 0,
            Rules = [.. exchange.Questions.All.Select(Text).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
        };
    }

    /// <summary>
    /// Writes the facts, each behind its length, so that two different calls never give the same bytes. Without rules the bytes identify the call,
    /// with them the approval of it.
    /// </summary>
    /// <param name="output">The destination.</param>
    /// <param name="serverSource">Identity of the server's source, so that another server of the same name is another one.</param>
    /// <param name="withRules">True to write the texts of the rules as well.</param>
    public void WriteTo(IBufferWriter<byte> output, string serverSource, bool withRules)
    {
        ArgumentNullException.ThrowIfNull(output);
        WriteText(output, Caller.Issuer);
        WriteText(output, Caller.Subject);
        WriteText(output, Caller.ClientId);
        WriteText(output, Endpoint);
        WriteText(output, Server.Name);
        WriteText(output, serverSource);
        WriteLocal(output, Server);
        WriteText(output, Method);
        WriteText(output, Target);
        WriteText(output, Definition);
        WriteLength(output, Parameters.Length);
        output.Write(Parameters.Span);
        if (!withRules) return;
        WriteLength(output, Rules.Count);
        foreach (var rule in Rules) WriteText(output, rule);
    }

    /// <summary>Writes a text behind its length in bytes, four of them, big-endian. Null differs from the empty text.</summary>
    internal static void WriteText(IBufferWriter<byte> output, string? text)
    {
        if (text is null)
        {
            WriteLength(output, Absent);
            return;
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        WriteLength(output, bytes.Length);
        output.Write(bytes);
    }

    private static void WriteLength(IBufferWriter<byte> output, int length)
    {
        BinaryPrimitives.WriteInt32BigEndian(output.GetSpan(sizeof(int)), length);
        output.Advance(sizeof(int));
    }

    // The source of a local server names its program. With other arguments, or in another folder, the same program does other things.
    private static void WriteLocal(IBufferWriter<byte> output, ServerSettings server)
    {
        if (server.Stdio is not { } local)
        {
            WriteLength(output, Absent);
            return;
        }

        WriteLength(output, local.Command.Count);
        foreach (var argument in local.Command) WriteText(output, argument);
        WriteText(output, local.WorkingDirectory);
        WriteText(output, server.CommandDigest);
    }

    // A rule without a text of its own is bound by its name.
    private static string Text(ApprovalQuestion question) => $"{question.Source}\n{question.RuleText}";

    private static bool HasOtherMembers(ValidatedMessage message)
    {
        var bytes = message.Bytes.Span;
        foreach (var member in JsonWalk.Members(bytes, WholeOf(bytes)))
        {
            if (!IsOfRequest(member.Name.Of(bytes))) return true;
        }

        return false;
    }

    private static ByteRange WholeOf(ReadOnlySpan<byte> bytes)
    {
        var start = bytes.IndexOf((byte)'{');
        return new ByteRange(start, bytes.LastIndexOf((byte)'}') + 1 - start);
    }

    // JSON-RPC 2.0, section 4.
    private static bool IsOfRequest(ReadOnlySpan<byte> name) =>
        JsonText.Is(name, "jsonrpc"u8) || JsonText.Is(name, "id"u8) || JsonText.Is(name, "method"u8) || JsonText.Is(name, "params"u8);

    private static string? TargetOf(ValidatedMessage message) =>
        message.Name ?? message.Text(EnvelopeMember.ParamsUri) ?? message.Text(EnvelopeMember.ParamsRefName)
            ?? message.Text(EnvelopeMember.ParamsRefUri) ?? message.Text(EnvelopeMember.ParamsTaskId);

    private static ReadOnlyMemory<byte> CanonicalParameters(ValidatedMessage message, EnvelopeMember[] others)
    {
        var range = message.Range(EnvelopeMember.Params);
        if (range.IsAbsent) return default;
        var output = new ArrayBufferWriter<byte>(range.Length);
        var omitted = OmittedOf(message);
        omitted.AddRange(others.Select(message.Range).Where(static range => !range.IsAbsent));
        CanonicalJson.WriteValidated(message.Bytes, range, output, CanonicalNumbers.Exact, omitted);
        return output.WrittenMemory;
    }

    private static List<ByteRange> OmittedOf(ValidatedMessage message)
    {
        var omitted = LeftOut.Select(message.Range).Where(static range => !range.IsAbsent).ToList();
        var meta = message.Range(EnvelopeMember.ParamsMeta);
        if (omitted.Count == 0 || meta.IsAbsent) return omitted;
        var members = 0;
        foreach (var _ in JsonWalk.Members(message.Bytes.Span, meta)) members++;
        if (members == omitted.Count) omitted.Add(meta); // nothing of it is left
        return omitted;
    }
}
