using Gatehouse.Policy.Analysis.Testing;
using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.Files;
using Gatehouse.Policy.Writing;
using Gatehouse.Yaml;

namespace Gatehouse.Policy.Tests;

/// <summary>Policies and cases of every version that was released are read as they were then (design rule 16).</summary>
[Trait("Requirement", "AZ-02")]
public sealed class CompatTests
{
    [Fact]
    public void SamplesOfEveryVersion_AreReadAsTheyWere()
    {
        var faults = new FaultList();
        var rules = PolicyFile.Read(Read("everything.yaml"), "everything.yaml", PolicyNames.Unknown, faults);
        var cases = PolicyCaseFile.Read(Read("everything.tests.yaml"), faults);
        Assert.Equal([], faults.ToList());
        Assert.True(PolicyTestRun.Of(new PolicyDecisionPoint(rules), cases).IsGood);
        var written = PolicyWriter.Write(rules);
        if (Environment.GetEnvironmentVariable("GATEHOUSE_UPDATE") == "1") File.WriteAllText(PathOf("everything.values"), written);
        Assert.Equal(Read("everything.values"), written);
    }

    [Fact]
    public void Sample_HasEveryKey()
    {
        var text = Read("everything.yaml") + Read("everything.tests.yaml");
        var keys = PolicyKeys.Document.Concat(PolicyKeys.Rule).Concat(PolicyKeys.Clause).Concat(PolicyKeys.Condition).Concat(PolicyKeys.Time)
            .Concat(PolicyKeys.Obligations).Concat(PolicyKeys.Approval).Concat(PolicyKeys.Access)
            .Concat(PolicyCaseKeys.Document).Concat(PolicyCaseKeys.Case).Concat(PolicyCaseKeys.Caller);
        string[] reserved = ["redaction", "otherwise"]; // refused by this build
        Assert.Equal([], keys.Select(key => key.Name).Except(reserved).Where(name => !text.Contains(name + ":", StringComparison.Ordinal)));
    }

    private static string Read(string name) => File.ReadAllText(PathOf(name));

    private static string PathOf(string name)
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Join(at.FullName, "Gatehouse.slnx"))) return Path.Join(at.FullName, "tests", "compat", "policy", "v1", name);
        }

        throw new InvalidOperationException("the tests do not run inside the repository");
    }
}
