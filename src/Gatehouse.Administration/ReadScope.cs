using System.Text.Json.Serialization;
using Gatehouse.Audit.Search;

namespace Gatehouse.Administration;

/// <summary>The entries among which an answer was searched.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReadScope>))]
internal enum ReadScope
{
    /// <summary>All entries.</summary>
    [JsonStringEnumMemberName("all")]
    All,

    /// <summary>Entries of the administrator's own exchanges.</summary>
    [JsonStringEnumMemberName("own")]
    Own,

    /// <summary>Those, and entries of groups that the administrator may read.</summary>
    [JsonStringEnumMemberName("groups")]
    Groups,
}

/// <summary>The words of scopes.</summary>
internal static class ReadScopes
{
    /// <summary>Returns the scope of a question.</summary>
    public static ReadScope Of(EntryScope? scope) => scope is null ? ReadScope.All : scope.Groups.Count == 0 ? ReadScope.Own : ReadScope.Groups;

    /// <summary>Returns a sentence about what was looked at; null for all entries.</summary>
    public static string? Sentence(ReadScope scope, string own, string done) => scope switch
    {
        ReadScope.Own => $"{own} {done}",
        ReadScope.Groups => $"{own} and those of groups that you may read {done}",
        _ => null,
    };

    /// <summary>Returns the word in the entry of a reading.</summary>
    public static string Text(ReadScope scope) => scope switch { ReadScope.Own => "own", ReadScope.Groups => "groups", _ => "all" };
}
