using Xunit.Sdk;

namespace Gatehouse.Conventions.Tests;

/// <summary>A red comparison of a generated file says which file, where it differs and which command writes it.</summary>
public sealed class GeneratedFileTests
{
    [Fact]
    public void Difference_NamesFileLineAndCommand()
    {
        var fault = Assert.Throws<FailException>(() => GeneratedFile.RequireEqual("docs/a.md", "one\ntwo\n", "one\n2\n", "SomeTest"));
        Assert.Equal("docs/a.md is not what the code says. Write it with GATEHOUSE_UPDATE=1 ./test --only SomeTest and review the difference.\n"
            + "line 2\n  there: two\n  code:  2", fault.Message);
        fault = Assert.Throws<FailException>(() => GeneratedFile.RequireEqual("docs/a.md", null, "one\n", "SomeTest"));
        Assert.StartsWith("docs/a.md is missing. Write it with GATEHOUSE_UPDATE=1 ./test --only SomeTest", fault.Message, StringComparison.Ordinal);
        GeneratedFile.RequireEqual("docs/a.md", "one\n", "one\n", "SomeTest");
    }
}
