using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Gatehouse.Text;

namespace Gatehouse.Cli.Output;

/// <summary>The <c>--json</c> form: one object with its version, so that scripts can rely on it.</summary>
internal static class JsonOutput
{
    /// <summary>Version of the form.</summary>
    public const int FormatVersion = 1;

    /// <summary>Writes a record by its form, in one line, for output of several objects.</summary>
    public static void WriteLine<T>(string kind, T value, JsonTypeInfo<T> form) => WriteLine(kind, JsonValue.Create(value, form));

    /// <summary>Writes a node in one line, for output of several objects.</summary>
    public static void WriteLine(string kind, JsonNode? value) =>
        Terminal.Data(WrittenJson.LineOf(WrittenJson.Versioned(FormatVersion, kind, value)));

    /// <summary>Writes a record or a list by its form, with indents.</summary>
    public static void Write<T>(string kind, T value, JsonTypeInfo<T> form) => Write(kind, JsonValue.Create(value, form));

    /// <summary>Writes a node, with indents.</summary>
    public static void Write(string kind, JsonNode? value) => Terminal.Data(WrittenJson.Of(WrittenJson.Versioned(FormatVersion, kind, value)));
}
