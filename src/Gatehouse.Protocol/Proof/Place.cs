namespace Gatehouse.Protocol;

/// <summary>What an open container is to the protocol; it decides which names in it are protocol members.</summary>
internal enum Place : byte
{
    /// <summary>Nothing the protocol names members in: tool arguments, structured content, and all else.</summary>
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
}
