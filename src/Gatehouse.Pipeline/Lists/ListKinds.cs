using Gatehouse.Integrity.Definitions;
using Gatehouse.Policy;
using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Lists;

/// <summary>What the protocol says of each list.</summary>
public static class ListKinds
{
    /// <summary>How many kinds there are.</summary>
    public const int Count = 4;

    /// <summary>All kinds.</summary>
    public static IReadOnlyList<ListKind> All { get; } = [ListKind.Tools, ListKind.Prompts, ListKind.Resources, ListKind.Templates];

    /// <summary>The list that a method asks for; null for other methods.</summary>
    public static ListKind? Of(string? method) => method switch
    {
        "tools/list" => ListKind.Tools,
        "prompts/list" => ListKind.Prompts,
        "resources/list" => ListKind.Resources,
        "resources/templates/list" => ListKind.Templates,
        _ => null,
    };

    /// <summary>The method that asks for the list.</summary>
    public static string Method(ListKind kind) => kind switch
    {
        ListKind.Tools => "tools/list",
        ListKind.Prompts => "prompts/list",
        ListKind.Resources => "resources/list",
        _ => "resources/templates/list",
    };

    /// <summary>Where the entries stand in an answer.</summary>
    public static EnvelopeMember Entries(ListKind kind) => kind switch
    {
        ListKind.Tools => EnvelopeMember.ResultTools,
        ListKind.Prompts => EnvelopeMember.ResultPrompts,
        ListKind.Resources => EnvelopeMember.ResultResources,
        _ => EnvelopeMember.ResultResourceTemplates,
    };

    /// <summary>The member of a result that holds the entries.</summary>
    public static string Member(ListKind kind) => kind switch
    {
        ListKind.Tools => "tools",
        ListKind.Prompts => "prompts",
        ListKind.Resources => "resources",
        _ => "resourceTemplates",
    };

    /// <summary>What an entry of the list defines.</summary>
    public static DefinitionKind Definition(ListKind kind) => kind switch
    {
        ListKind.Tools => DefinitionKind.Tool,
        ListKind.Prompts => DefinitionKind.Prompt,
        ListKind.Resources => DefinitionKind.Resource,
        _ => DefinitionKind.ResourceTemplate,
    };

    /// <summary>The member of an entry by which it is used.</summary>
    public static ReadOnlySpan<byte> Name(ListKind kind) => kind switch
    {
        ListKind.Tools or ListKind.Prompts => "name"u8,
        ListKind.Resources => "uri"u8,
        _ => "uriTemplate"u8,
    };

    /// <summary>The lists that a notification says have changed; none for other notifications.</summary>
    public static IReadOnlyList<ListKind> ChangedBy(string? method) => method switch
    {
        "notifications/tools/list_changed" => [ListKind.Tools],
        "notifications/prompts/list_changed" => [ListKind.Prompts],
        "notifications/resources/list_changed" => [ListKind.Resources, ListKind.Templates],
        _ => [],
    };

    /// <summary>The lists that say whether a named thing exists.</summary>
    public static IReadOnlyList<ListKind> Naming(PolicyTarget target) => target switch
    {
        PolicyTarget.Tool => [ListKind.Tools],
        PolicyTarget.Prompt => [ListKind.Prompts],
        PolicyTarget.Resource => [ListKind.Resources, ListKind.Templates],
        _ => [],
    };
}
