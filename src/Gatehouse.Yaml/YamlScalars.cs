using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Gatehouse.Yaml;

/// <summary>All words that a text holds, escapes resolved, for a search that may miss none.</summary>
public static class YamlScalars
{
    /// <summary>
    /// Reads the scalars of a text, keys among them, and the names of anchors and tags. Unlike <see cref="StrictYaml"/> it takes all of YAML 1.2 and
    /// several documents. Comments are no scalars.
    /// </summary>
    /// <returns>Null where the text cannot be read to its end.</returns>
    public static IReadOnlyList<string>? Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parser = new Parser(new Scanner(new StringReader(text), skipComments: true));
        var found = new List<string>();
        try
        {
            while (parser.MoveNext())
            {
                if (parser.Current is not NodeEvent node) continue;
                if (!node.Anchor.IsEmpty) found.Add(node.Anchor.Value);
                if (!node.Tag.IsEmpty) found.Add(node.Tag.Value);
                if (node is Scalar scalar) found.Add(scalar.Value);
            }

            return found;
        }
        catch (Exception e) when (e is YamlException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }
}
