using System.Text.Json;
using Gatehouse.Integrity.Patterns;
using Gatehouse.Integrity.Schema.Evaluating;
using Gatehouse.Integrity.Schema.Keywords;

namespace Gatehouse.Integrity.Schema.Compilation;

/// <summary>The parts of the current compilation that the reading of keywords needs.</summary>
internal interface ISchemaSource
{
    /// <summary>True when formats are checked where the dialect leaves it open.</summary>
    bool AssertFormats { get; }

    /// <summary>Compiles a schema within.</summary>
    SchemaNode Node(JsonElement schema, string path, SchemaResource within);

    /// <summary>Notes a reference for the end of the compilation.</summary>
    void Defer(ReferenceKeyword keyword, SchemaResource from, string path, string reference);

    /// <summary>Compiles a pattern.</summary>
    LinearPattern Pattern(string pattern, string path);
}
