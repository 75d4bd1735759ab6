namespace Gatehouse.Pipeline.Lists;

/// <summary>The lists that a server has (MCP schema, <c>*/list</c>).</summary>
public enum ListKind
{
    /// <summary><c>tools/list</c></summary>
    Tools,

    /// <summary><c>prompts/list</c></summary>
    Prompts,

    /// <summary><c>resources/list</c></summary>
    Resources,

    /// <summary><c>resources/templates/list</c></summary>
    Templates,
}
