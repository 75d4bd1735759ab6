using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Gatehouse.Analyzers.CommandLine;

/// <summary>
/// What scanned sources are bound to: the reference assemblies of .NET and ASP.NET Core, those of the MCP SDK, and declarations of libraries that the
/// rules know. All of them are files of this program; none of them is loaded or run, and none comes from the scanned repository.
/// </summary>
internal static partial class References
{
    private const string Folder = "references";

    /// <summary>The names that projects with implicit usings have everywhere.</summary>
    public const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Net.Http.Json;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using Microsoft.AspNetCore.Builder;
        global using Microsoft.AspNetCore.Hosting;
        global using Microsoft.AspNetCore.Http;
        global using Microsoft.AspNetCore.Routing;
        global using Microsoft.Extensions.Configuration;
        global using Microsoft.Extensions.DependencyInjection;
        global using Microsoft.Extensions.Hosting;
        global using Microsoft.Extensions.Logging;
        global using ModelContextProtocol.Server;
        """;

    private static readonly Lazy<IReadOnlyList<MetadataReference>> Made = new(Make);

    /// <summary>The references, which are read once.</summary>
    /// <exception cref="InvalidOperationException">The folder with the references is not beside the program.</exception>
    public static IReadOnlyList<MetadataReference> All => Made.Value;

    /// <summary>An assembly with the name of the library and no content. It switches the rule on that is about its users.</summary>
    public static MetadataReference Library { get; } = CSharpCompilation.Create("Gatehouse.Server").ToMetadataReference();

    private static List<MetadataReference> Make()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, Folder);
        if (!Directory.Exists(folder))
            throw new InvalidOperationException($"{folder}: the folder with the reference assemblies is missing. Install the program again, with all of its files.");
        var references = Directory.EnumerateFiles(folder, "*.dll", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(file => (MetadataReference)MetadataReference.CreateFromFile(file)).ToList();
        references.Add(Stubs(references));
        return references;
    }

    private static PortableExecutableReference Stubs(IEnumerable<MetadataReference> references)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("stubs/libraries.txt")!;
        using var reader = new StreamReader(stream);
        var text = DatabaseLine().Replace(reader.ReadToEnd(), match => Database(match.Groups[1].Value, match.Groups[2].Value));
        var compilation = CSharpCompilation.Create("Gatehouse.Analyzers.Stubs", [CSharpSyntaxTree.ParseText(text)], references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        var bytes = new MemoryStream();
        var result = compilation.Emit(bytes);
        if (!result.Success) throw new InvalidOperationException($"The declarations of libraries do not compile: {result.Diagnostics.First(problem =>
            problem.Severity == DiagnosticSeverity.Error)}.");
        bytes.Position = 0;
        return MetadataReference.CreateFromStream(bytes);
    }

    // The clients of databases have the same shape under other names.
    private static string Database(string space, string name) => $$"""
        namespace {{space}}
        {
            public class {{name}}Connection : Stubs.Connection
            {
                public {{name}}Connection() { }
                public {{name}}Connection(string connectionString) { }
                public new {{name}}Command CreateCommand() => null;
                public new {{name}}Transaction BeginTransaction() => null;
            }

            public class {{name}}Transaction { }

            public class {{name}}Command : Stubs.Command
            {
                public {{name}}Command() { }
                public {{name}}Command(string cmdText) { }
                public {{name}}Command(string cmdText, {{name}}Connection connection) { }
                public {{name}}Command(string cmdText, {{name}}Connection connection, {{name}}Transaction transaction) { }
                public new {{name}}ParameterCollection Parameters => null;
                public new {{name}}DataReader ExecuteReader() => null;
                public new Task<{{name}}DataReader> ExecuteReaderAsync() => null;
                public new Task<{{name}}DataReader> ExecuteReaderAsync(CancellationToken cancellationToken) => null;
            }

            public class {{name}}ParameterCollection : Stubs.Parameters
            {
                public {{name}}Parameter Add({{name}}Parameter value) => null;
                public {{name}}Parameter Add(string parameterName, DbType type) => null;
                public {{name}}Parameter Add(string parameterName, SqlDbType type, int size = 0) => null;
                public {{name}}Parameter AddWithValue(string parameterName, object value) => null;
            }

            public class {{name}}Parameter : Stubs.Parameter
            {
                public {{name}}Parameter() { }
                public {{name}}Parameter(string parameterName, object value) { }
            }

            public abstract class {{name}}DataReader : DbDataReader { }

            public class {{name}}DataAdapter : DbDataAdapter
            {
                public {{name}}DataAdapter(string selectCommandText, {{name}}Connection connection) { }
                public {{name}}DataAdapter({{name}}Command command) { }
            }

            public class {{name}}Exception : DbException { }
        }

        """;

    [GeneratedRegex("^// DATABASE (\\S+) (\\S+)$", RegexOptions.Multiline)]
    private static partial Regex DatabaseLine();
}
