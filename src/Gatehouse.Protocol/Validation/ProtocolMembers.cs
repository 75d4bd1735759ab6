using System.Text;

namespace Gatehouse.Protocol;

/// <summary>The names of MCP at each place where they mean something (MCP schema, all revisions up to 2026-07-28).</summary>
internal static class ProtocolMembers
{
    private const string Prefix = "io.modelcontextprotocol/";

    private static readonly ProtocolMember[][] Tables = BuildTables();

    /// <summary>The members of each place by the length of their name.</summary>
    private static readonly ProtocolMember[][][] ByLength = [.. Tables.Select(GroupByLength)];

    /// <summary>Finds the member of this decoded name at a place.</summary>
    /// <param name="place">What the object is to the protocol.</param>
    /// <param name="name">The name with its escapes decoded.</param>
    /// <param name="member">The member when the name equals it exactly.</param>
    /// <returns>False when the name is not a protocol member's and some reader takes it for one: another case or width, a letter that is not seen.</returns>
    public static bool TryResolve(Place place, ReadOnlySpan<byte> name, out ProtocolMember? member)
    {
        ProtocolMember[][] byLength = ByLength[(int)place];
        ProtocolMember[] sameLength = name.Length < byLength.Length ? byLength[name.Length] : [];
        foreach (ProtocolMember candidate in sameLength)
        {
            if (name.SequenceEqual(candidate.Name))
            {
                member = candidate;
                return true;
            }
        }

        member = null;
        // Letters outside ASCII, controls and blanks may stand for one byte of the member or for none, so only a name of visible ASCII must have its length.
        ProtocolMember[] candidates = name.ContainsAnyExceptInRange((byte)0x21, (byte)0x7E) ? Tables[(int)place] : sameLength;
        foreach (ProtocolMember candidate in candidates)
        {
            if (CaseFolding.EqualsAscii(name, candidate.Name))
                return false;
        }

        return true;
    }

    /// <summary>What an element (or a freely named member's value) of a container at this place is.</summary>
    public static Place ElementOf(Place container) => container switch
    {
        Place.Definitions => Place.Definition,
        Place.ContentBlocks => Place.ContentBlock,
        Place.InputRequests => Place.InputRequest,
        Place.Asks => Place.Ask,
        Place.FormFields => Place.FormField,
        _ => Place.Free,
    };

    private static ProtocolMember[][] GroupByLength(ProtocolMember[] table)
    {
        var groups = new ProtocolMember[table.Length == 0 ? 0 : table.Max(member => member.Name.Length) + 1][];
        for (int length = 0; length < groups.Length; length++)
            groups[length] = [.. table.Where(member => member.Name.Length == length)];
        return groups;
    }

    private static ProtocolMember[][] BuildTables()
    {
        var tables = new ProtocolMember[(int)Place.ErrorData + 1][];
        Array.Fill(tables, []);
        tables[(int)Place.Message] = Message();
        tables[(int)Place.Params] = Params();
        tables[(int)Place.ParamsMeta] = ParamsMeta();
        tables[(int)Place.ParamsRef] = [Named("type", Slot.ParamsRefType), Named("name", Slot.ParamsRefName), Named("uri", Slot.ParamsRefUri)];
        tables[(int)Place.ParamsArgument] = [Named("name", Slot.ParamsArgumentName), Named("value", Slot.ParamsArgumentValue)];
        tables[(int)Place.ParamsContext] = [Named("arguments", Slot.ParamsContextArguments)];
        tables[(int)Place.ParamsNotifications] = Unrecorded("toolsListChanged", "promptsListChanged", "resourcesListChanged", "resourceSubscriptions", "taskIds");
        tables[(int)Place.Ask] = Ask();
        tables[(int)Place.Form] = [Named("properties", null, Place.FormFields), .. Unrecorded("type", "title", "description", "required", "additionalProperties")];
        tables[(int)Place.FormField] = Unrecorded("type", "title", "description", "format", "enum", "enumNames", "oneOf", "anyOf", "items", "default", "const");
        tables[(int)Place.ErrorData] = [Named("elicitations", null, Place.Asks)];
        tables[(int)Place.Result] = Result();
        // What a task ended with: the same names, but the slots belong to the outer result.
        tables[(int)Place.TaskResult] = [.. Result().Select(WithoutSlot)];
        tables[(int)Place.ResultMeta] = [Named(Prefix + "subscriptionId", Slot.MetaSubscriptionId), Named(Prefix + "serverInfo")];
        tables[(int)Place.Error] = [Named("code", Slot.ErrorCode), Named("message", Slot.ErrorMessage), Named("data", Slot.ErrorData, Place.ErrorData)];
        tables[(int)Place.Definition] = Unrecorded(
            "name", "title", "description", "inputSchema", "outputSchema", "annotations", "uri", "uriTemplate", "mimeType",
            "arguments", "icons", "execution", "size", "_meta");
        tables[(int)Place.ContentBlock] = Unrecorded(
            "type", "text", "data", "blob", "mimeType", "uri", "name", "title", "description", "resource", "annotations", "_meta");
        tables[(int)Place.InputRequest] = [Named("method"), Named("params", null, Place.Ask)];
        return tables;
    }

    private static ProtocolMember[] Message() =>
    [
        Named("jsonrpc", Slot.JsonRpc),
        Named("id", Slot.Id),
        Named("method", Slot.Method),
        Named("params", Slot.Params, Place.Params),
        Named("result", Slot.Result, Place.Result),
        Named("error", Slot.Error, Place.Error),
    ];

    private static ProtocolMember[] Params() =>
    [
        Named("name", Slot.ParamsName),
        Named("arguments", Slot.ParamsArguments),
        Named("_meta", Slot.ParamsMeta, Place.ParamsMeta),
        Named("uri", Slot.ParamsUri),
        Named("taskId", Slot.ParamsTaskId),
        Named("cursor", Slot.ParamsCursor),
        Named("progressToken", Slot.ParamsProgressToken),
        Named("requestId", Slot.ParamsRequestId),
        Named("protocolVersion", Slot.ParamsProtocolVersion),
        Named("capabilities", Slot.ParamsCapabilities),
        Named("clientInfo", Slot.ParamsClientInfo),
        Named("inputResponses", Slot.ParamsInputResponses),
        Named("requestState", Slot.ParamsRequestState),
        Named("ref", Slot.ParamsRef, Place.ParamsRef),
        Named("level", Slot.ParamsLevel),
        Named("task", Slot.ParamsTask),
        Named("notifications", Slot.ParamsNotifications, Place.ParamsNotifications),
        Named("inputRequests", null, Place.InputRequests),
        Named("result", null, Place.TaskResult),
        Named("argument", Slot.ParamsArgument, Place.ParamsArgument),
        Named("context", Slot.ParamsContext, Place.ParamsContext),
        .. AskMembers(),
        .. Unrecorded("status", "error", "reason", "progress", "total", "data", "logger"),
    ];

    /// <summary>What a server asks for, where it is not the message's own params: inside a result, a task or an error.</summary>
    private static ProtocolMember[] Ask() => [Named("_meta"), .. AskMembers()];

    private static ProtocolMember[] AskMembers() =>
    [
        Named("requestedSchema", null, Place.Form),
        .. Unrecorded("message", "messages", "mode", "url", "elicitationId", "systemPrompt", "includeContext", "tools", "toolChoice", "maxTokens"),
    ];

    private static ProtocolMember[] ParamsMeta() =>
    [
        Named("progressToken", Slot.MetaProgressToken),
        Named(Prefix + "protocolVersion", Slot.MetaProtocolVersion),
        Named(Prefix + "clientCapabilities", Slot.MetaClientCapabilities),
        Named(Prefix + "clientInfo", Slot.MetaClientInfo),
        Named(Prefix + "subscriptionId", Slot.MetaSubscriptionId),
        Named(Prefix + "logLevel", Slot.MetaLogLevel),
        Named("traceparent", Slot.MetaTraceparent),
        Named("tracestate", Slot.MetaTracestate),
        Named("baggage", Slot.MetaBaggage),
        Named(Prefix + "related-task"),
    ];

    private static ProtocolMember[] Result() =>
    [
        Named("resultType", Slot.ResultType),
        Named("content", Slot.ResultContent, Place.ContentBlocks),
        Named("structuredContent", Slot.ResultStructuredContent),
        Named("isError", Slot.ResultIsError),
        Named("_meta", Slot.ResultMeta, Place.ResultMeta),
        Named("cacheScope", Slot.ResultCacheScope),
        Named("ttlMs", Slot.ResultTtlMs),
        Named("tools", Slot.ResultTools, Place.Definitions),
        Named("prompts", Slot.ResultPrompts, Place.Definitions),
        Named("resources", Slot.ResultResources, Place.Definitions),
        Named("resourceTemplates", Slot.ResultResourceTemplates, Place.Definitions),
        Named("nextCursor", Slot.ResultNextCursor),
        Named("capabilities", Slot.ResultCapabilities),
        Named("protocolVersion", Slot.ResultProtocolVersion),
        Named("supportedVersions", Slot.ResultSupportedVersions),
        Named("serverInfo", Slot.ResultServerInfo),
        Named("instructions", Slot.ResultInstructions),
        Named("inputRequests", Slot.ResultInputRequests, Place.InputRequests),
        Named("requestState", Slot.ResultRequestState),
        Named("task", Slot.ResultTask),
        Named("taskId", Slot.ResultTaskId),
        Named("status", Slot.ResultStatus),
        Named("result", Slot.ResultResult, Place.TaskResult),
        Named("contents", null, Place.ContentBlocks),
        .. Unrecorded("messages", "description", "completion", "action", "role", "model", "roots", "tasks", "error"),
    ];

    private static ProtocolMember Named(string name, Slot? slot = null, Place inside = Place.Free) =>
        new(Encoding.ASCII.GetBytes(name), slot, inside);

    private static ProtocolMember WithoutSlot(ProtocolMember member) =>
        new(member.Name, null, member.Inside == Place.ResultMeta ? Place.Free : member.Inside);

    private static ProtocolMember[] Unrecorded(params string[] names) => [.. names.Select(name => Named(name))];
}
