using System.Text;
using System.Text.Json;
using Gatehouse.Integrity.Schema;
using Gatehouse.Integrity.Schema.Compilation;
using Gatehouse.Integrity.Schema.Evaluating;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Integrity.Tests.Schema;

/// <summary>Runs files of the public JSON Schema test suite.</summary>
internal static class SchemaSuite
{
    public static string Folder() => TestData.Folder("vectors/json-schema-test-suite", "github.com/json-schema-org/JSON-Schema-Test-Suite");

    /// <summary>Runs every case of the files and names those that came out otherwise.</summary>
    public static (int Cases, List<string> Wrong) Run(IEnumerable<string> files, SchemaOptions options)
    {
        var cases = 0;
        List<string> wrong = [];
        foreach (var file in files.Order(StringComparer.Ordinal))
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file));
            foreach (var group in document.RootElement.EnumerateArray())
            {
                var name = $"{Path.GetFileName(file)}: {group.GetProperty("description").GetString()}";
                var compiled = JsonSchema.TryCompile(Encoding.UTF8.GetBytes(group.GetProperty("schema").GetRawText()), options, out var schema,
                    out var fault);
                foreach (var test in group.GetProperty("tests").EnumerateArray())
                {
                    cases++;
                    var result = compiled ? schema!.Validate(test.GetProperty("data")) : null;
                    var wanted = test.GetProperty("valid").GetBoolean();
                    if (result is null || result.Verdict != (wanted ? SchemaVerdict.Valid : SchemaVerdict.Invalid))
                        wrong.Add($"{name}: {test.GetProperty("description").GetString()}: {(object?)fault ?? result!.Verdict}");
                }
            }
        }

        return (cases, wrong);
    }

    /// <summary>The documents that the suite expects under <c>http://localhost:1234/</c>; given, never fetched.</summary>
    public static Dictionary<string, ReadOnlyMemory<byte>> Remotes(string folder)
    {
        var root = Path.Combine(folder, "remotes");
        return Directory.GetFiles(root, "*.json", SearchOption.AllDirectories)
            .ToDictionary(file => "http://localhost:1234/" + Path.GetRelativePath(root, file).Replace('\\', '/'),
            file => (ReadOnlyMemory<byte>)File.ReadAllBytes(file));
    }

    public static ByteRange Whole(byte[] bytes) => new(0, bytes.Length);
}
