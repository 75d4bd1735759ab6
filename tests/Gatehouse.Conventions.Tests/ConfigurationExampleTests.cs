using Gatehouse.Configuration;
using Gatehouse.Configuration.Reading;
using Gatehouse.Policy.Analysis.Testing;
using Gatehouse.Policy.Files;
using Gatehouse.Yaml;

namespace Gatehouse.Conventions.Tests;

/// <summary>The configurations that pages show are good ones.</summary>
public sealed class ConfigurationExampleTests
{
    [Fact]
    public void EveryMarkedExample_Loads()
    {
        var examples = (from page in Repository.Pages
                        from block in Markdown.Blocks(Repository.Read(page))
                        where block.Language == "yaml" && block.Before is "<!-- config -->" or "<!-- config dev -->"
                        select (page, block)).ToList();
        Assert.True(examples.Count >= 4, "the pages show fewer examples than they did");
        Repository.RequireNone(
            from example in examples
            from fault in Load(example.block.Text, example.block.Before == "<!-- config dev -->").Faults
            select $"{example.page} line {example.block.Line + fault.Line}, {fault.Path}: {fault.Message}");
    }

    [Fact]
    public void EveryPolicyAndCaseShown_HasNoFault()
    {
        var examples = (from page in Repository.Pages
                        from block in Markdown.Blocks(Repository.Read(page))
                        where block.Before is "<!-- policy -->" or "<!-- cases -->"
                        select (page, block)).ToList();
        Assert.True(examples.Count >= 5, "the pages show fewer policies than they did");
        Repository.RequireNone(
            from example in examples
            from fault in Faults(example.block.Text, example.block.Before == "<!-- cases -->")
            select $"{example.page} line {example.block.Line + fault.Line}, {fault.Path}: {fault.Message}");
    }

    [Fact]
    public void EveryPersonalConfigurationShown_HasNoFault()
    {
        var examples = (from page in Repository.Pages
                        from block in Markdown.Blocks(Repository.Read(page))
                        where block.Before is "<!-- personal -->"
                        select (page, block)).ToList();
        Assert.NotEmpty(examples);
        Repository.RequireNone(
            from example in examples
            from fault in PersonalFaults(example.block.Text)
            select $"{example.page} line {example.block.Line + fault.Line}, {fault.Path}: {fault.Message}");
    }

    [Fact]
    public void EveryConfigurationOfTheLibraryShown_HasNoFault()
    {
        var examples = (from page in Repository.Pages
                        from block in Markdown.Blocks(Repository.Read(page))
                        where block.Before is "<!-- library -->" or "<!-- library dev -->"
                        select (page, block)).ToList();
        Assert.NotEmpty(examples);
        Repository.RequireNone(
            from example in examples
            from fault in Load(example.block.Text, example.block.Before == "<!-- library dev -->", inProcess: true).Faults
            select $"{example.page} line {example.block.Line + fault.Line}, {fault.Path}: {fault.Message}");
    }

    [Fact]
    public void EveryYamlExample_IsMarked() => Repository.RequireNone(
        from page in Repository.Pages
        from block in Markdown.Blocks(Repository.Read(page))
        where block.Language == "yaml"
            && block.Before is not ("<!-- config -->" or "<!-- config dev -->" or "<!-- policy -->" or "<!-- cases -->" or "<!-- personal -->"
                or "<!-- library -->" or "<!-- library dev -->")
        select $"{page} line {block.Line}: a yaml example without <!-- config -->, <!-- policy --> or <!-- cases --> before it is not checked");

    private static IReadOnlyList<ConfigurationFault> PersonalFaults(string text)
    {
        var folder = Directory.CreateTempSubdirectory("gatehouse-personal-");
        try
        {
            var file = Path.Join(folder.FullName, "personal.yaml");
            File.WriteAllText(file, text);
            return Gatehouse.Local.LocalHost.CheckConfiguration(new Gatehouse.Ipc.RuntimePaths(folder.FullName, folder.FullName, file));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static IReadOnlyList<ConfigurationFault> Faults(string text, bool cases)
    {
        var faults = new FaultList();
        if (cases) PolicyCaseFile.Read(text, faults);
        else PolicyFile.Read(text, null, PolicyNames.Unknown, faults);
        return faults.ToList();
    }

    private static ConfigurationResult Load(string text, bool development, bool inProcess = false) => ConfigurationLoader.LoadText(
        text,
        new ConfigurationRequest
        { Development = development, InProcess = inProcess, Environment = name => name == "HOME" ? "/home/gatehouse" : null });
}
