using Gatehouse.Analyzers.Findings;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Gatehouse.Analyzers.Tests;

public sealed class DirectUseTests
{
    private const string Text = """
        using System.Diagnostics;
        using Microsoft.Data.SqlClient;
        using ModelContextProtocol.Server;

        [McpServerToolType]
        public sealed class Tools
        {
            private readonly HttpClient client = new();

            [McpServerTool]
            public static string Read() => Helper.Read();

            [McpServerTool]
            public static void Run() => Process.Start("git", ["log"]);

            [McpServerTool]
            public static object? Count() => new SqlConnection("Server=db").CreateCommand();
        }

        public static class Helper
        {
            public static string Read() => File.ReadAllText("readme.txt");

            public static string Unreached() => File.ReadAllText("other.txt");
        }
        """;

    [Fact]
    [Trait("Requirement", "LB-02")]
    public async Task WithGatehouseServer_WhatToolsOpenThemselves_IsAnError()
    {
        var server = CSharpCompilation.Create("Gatehouse.Server", [CSharpSyntaxTree.ParseText("")], [],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        var bytes = new MemoryStream();
        var references = Sources.Compile(Text).References;
        Assert.True(server.AddReferences(references).Emit(bytes).Success);
        bytes.Position = 0;
        // The compiler lists a reference that the sources do not use, too.
        var compilation = Sources.Compile(Text).AddReferences(MetadataReference.CreateFromStream(bytes));
        Assert.Equal(["GHA0009 14", "GHA0009 17", "GHA0009 22", "GHA0009 8"], await Sources.FindAsync(compilation));
        Assert.Equal(DiagnosticSeverity.Error, Rules.Direct.DefaultSeverity);
    }

    [Fact]
    public async Task WithoutGatehouseServer_NothingIsSaid() => Assert.Empty(await Sources.FindAsync(Sources.Compile(Text)));
}
