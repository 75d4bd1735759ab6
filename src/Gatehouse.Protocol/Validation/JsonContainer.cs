namespace Gatehouse.Protocol.Validation;

/// <summary>The meaning of an open container in the protocol, which decides the names in it that are protocol members.</summary>
internal enum JsonContainer : byte
{
    /// <summary>A place without protocol members: tool arguments, structured content, and all else.</summary>
    Free,

    /// <summary>The message itself.</summary>
    Message,

    /// <summary><c>params</c></summary>
    Params,

    /// <summary><c>params._meta</c></summary>
    ParamsMeta,

    /// <summary><c>params.ref</c></summary>
    ParamsRef,

    /// <summary><c>result</c></summary>
    Result,

    /// <summary><c>result._meta</c></summary>
    ResultMeta,

    /// <summary>The result of a finished task, inside the result or notification that carries it.</summary>
    TaskResult,

    /// <summary><c>error</c></summary>
    Error,

    /// <summary>An array of definitions: tools, prompts, resources, resource templates.</summary>
    Definitions,

    /// <summary>One definition.</summary>
    Definition,

    /// <summary>An array of content blocks or resource contents.</summary>
    ContentBlocks,

    /// <summary>One content block or resource content.</summary>
    ContentBlock,

    /// <summary>The map of input requests, keyed by names of the server's choice.</summary>
    InputRequests,

    /// <summary>One input request: a method with its params.</summary>
    InputRequest,

    /// <summary><c>params.argument</c> of <c>completion/complete</c>.</summary>
    ParamsArgument,

    /// <summary><c>params.context</c> of <c>completion/complete</c>.</summary>
    ParamsContext,

    /// <summary><c>params.notifications</c> of <c>subscriptions/listen</c>.</summary>
    ParamsNotifications,

    /// <summary>An array of a server's requests, in an error.</summary>
    Asks,

    /// <summary>A server's request inside another message: the params of an elicitation or of sampling.</summary>
    Ask,

    /// <summary>The schema of a form.</summary>
    Form,

    /// <summary>The fields of a form, keyed by names of the server's choice.</summary>
    FormFields,

    /// <summary>One field of a form.</summary>
    FormField,

    /// <summary><c>error.data</c></summary>
    ErrorData,
}
