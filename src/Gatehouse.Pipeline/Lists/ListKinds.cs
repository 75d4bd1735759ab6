using System.Collections.Immutable;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Policy;
using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Lists;

/// <summary>The protocol's facts about each list.</summary>
public static class ListKinds
{
    private static readonly ImmutableArray<ListKind> OfTools = [ListKind.Tools];
    private static readonly ImmutableArray<ListKind> OfPrompts = [ListKind.Prompts];
    private static readonly ImmutableArray<ListKind> OfResources = [ListKind.Resources, ListKind.Templates];

    /// <summary>Number of kinds.</summary>
    public const int Count = 4;

    /// <summary>All kinds.</summary>
    public static IReadOnlyList<ListKind> All { get; } = [ListKind.Tools, ListKind.Prompts, ListKind.Resources, ListKind.Templates];

    /// <summary>Returns the list that a method requests; null for other methods.</summary>
    public static ListKind? Of(string? method) => method switch
    {
        "tools/list" => ListKind.Tools,
        "prompts/list" => ListKind.Prompts,
        "resources/list" => ListKind.Resources,
        "resources/templates/list" => ListKind.Templates,
        _ => null,
    };

    /// <summary>Returns the method that requests the list.</summary>
    public static string Method(ListKind kind) => kind switch
    {
        ListKind.Tools => "tools/list",
        ListKind.Prompts => "prompts/list",
        ListKind.Resources => "resources/list",
        _ => "resources/templates/list",
    };

    /// <summary>Returns the place of the entries in an answer.</summary>
    public static EnvelopeMember Entries(ListKind kind) => kind switch
    {
        ListKind.Tools => EnvelopeMember.ResultTools,
        ListKind.Prompts => EnvelopeMember.ResultPrompts,
        ListKind.Resources => EnvelopeMember.ResultResources,
        _ => EnvelopeMember.ResultResourceTemplates,
    };

    /// <summary>Returns the member of a result that contains the entries.</summary>
    public static string Member(ListKind kind) => kind switch
    {
        ListKind.Tools => "tools",
        ListKind.Prompts => "prompts",
        ListKind.Resources => "resources",
        _ => "resourceTemplates",
    };

    /// <summary>Returns the kind of definition of the list's entries.</summary>
    public static DefinitionKind Definition(ListKind kind) => kind switch
    {
        ListKind.Tools => DefinitionKind.Tool,
        ListKind.Prompts => DefinitionKind.Prompt,
        ListKind.Resources => DefinitionKind.Resource,
        _ => DefinitionKind.ResourceTemplate,
    };

    /// <summary>Returns the member of an entry by which it is used.</summary>
    public static ReadOnlySpan<byte> Name(ListKind kind) => kind switch
    {
        ListKind.Tools or ListKind.Prompts => "name"u8,
        ListKind.Resources => "uri"u8,
        _ => "uriTemplate"u8,
    };

    /// <summary>Returns the lists that a notification reports as changed; none for other notifications.</summary>
    public static IReadOnlyList<ListKind> ChangedBy(string? method) => method switch
    {
        "notifications/tools/list_changed" => [ListKind.Tools],
        "notifications/prompts/list_changed" => [ListKind.Prompts],
        "notifications/resources/list_changed" => [ListKind.Resources, ListKind.Templates],
        _ => [],
    };

    /// <summary>Returns the lists that show whether a named target exists.</summary>
    public static ImmutableArray<ListKind> Naming(PolicyTarget target) => target switch
    {
        PolicyTarget.Tool => OfTools,
        PolicyTarget.Prompt => OfPrompts,
        PolicyTarget.Resource => OfResources,
        _ => [],
    };
}
