namespace Gatehouse.Integrity.Definitions;

/// <summary>The statements of a server about itself that a model or a person reads before any call.</summary>
public enum DefinitionKind
{
    /// <summary>An entry of <c>tools/list</c>, known by its name.</summary>
    Tool = 0,

    /// <summary>An entry of <c>prompts/list</c>, known by its name.</summary>
    Prompt,

    /// <summary>An entry of <c>resources/list</c>, known by its URI.</summary>
    Resource,

    /// <summary>An entry of <c>resources/templates/list</c>, known by its URI template.</summary>
    ResourceTemplate,

    /// <summary>The member <c>instructions</c> of the answer to <c>initialize</c> or <c>server/discover</c>; there is one.</summary>
    Instructions,

    /// <summary>The member <c>capabilities</c> of the same answer; there is one.</summary>
    Capabilities,

    /// <summary>The member <c>serverInfo</c> of the same answer: name, title and version are shown to people; there is one.</summary>
    ServerInfo,
}
