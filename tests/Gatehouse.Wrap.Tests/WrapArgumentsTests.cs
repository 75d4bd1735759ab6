namespace Gatehouse.Wrap.Tests;

/// <summary>The command line of the wrapper. Its faults are in the client's log of the server.</summary>
[Trait("Requirement", "SK-01")]
public sealed class WrapArgumentsTests
{
    [Theory]
    [InlineData("TOKEN=ghp_secret", "write '--env TOKEN'")]
    [InlineData("TOKEN=", "write '--env TOKEN'")]
    [InlineData("=ghp_secret", "takes the name of a variable")]
    [InlineData("", "takes the name of a variable")]
    public void VariableWithAValue_IsRefused_AndTheValueIsNotRepeated(string value, string words)
    {
        foreach (var option in new string[][] { ["--env", value], ["--env=" + value] })
        {
            Assert.Null(WrapArguments.Parse([.. option, "--", "server"], out var fault));
            Assert.Contains(words, fault, StringComparison.Ordinal);
            Assert.DoesNotContain("secret", fault, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("TOKEN=secret")]
    [InlineData("--environment=TOKEN=secret")]
    public void UnknownArgument_IsNamedWithoutItsValue(string argument)
    {
        Assert.Null(WrapArguments.Parse([argument, "--", "server"], out var fault));
        Assert.StartsWith($"'{argument[..argument.IndexOf('=', StringComparison.Ordinal)]}' is unknown here", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void VariableThatOccursTwice_IsNamed()
    {
        Assert.Null(WrapArguments.Parse(["--env", "A", "--env", "A", "--", "server"], out var fault));
        Assert.Equal("'--env A' occurs twice", fault);
        Assert.Equal(["A", "B"], WrapArguments.Parse(["--env", "B", "--env=A", "--", "server"], out _)!.Environment);
    }
}
