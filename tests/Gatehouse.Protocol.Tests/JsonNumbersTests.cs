using System.Text;
using Gatehouse.Protocol.Canonical;

namespace Gatehouse.Protocol.Tests;

/// <summary>Numbers are compared by their exact values, whatever their spelling.</summary>
public sealed class JsonNumbersTests
{
    [Theory]
    [InlineData("0", "0", 0)]
    [InlineData("0", "-0.0e5", 0)]
    [InlineData("0.000000001", "1e-9", 0)]
    [InlineData("100", "1E2", 0)]
    [InlineData("1e-400", "0", 1)]
    [InlineData("1e400", "1e399", 1)]
    [InlineData("-1e400", "-1e399", -1)]
    [InlineData("-1", "0", -1)]
    [InlineData("9007199254740993", "9007199254740992", 1)]
    [InlineData("0.0000000011", "0.000000001", 1)]
    [InlineData("0.12", "0.2", -1)]
    [InlineData("12", "2", 1)]
    [InlineData("1e999999999999999999999", "2", 1)]
    public void Order_IsThatOfTheValues(string one, string other, int order)
    {
        Assert.Equal(order, Math.Sign(JsonNumbers.Compare(Encoding.ASCII.GetBytes(one), Encoding.ASCII.GetBytes(other))));
        Assert.Equal(-order, Math.Sign(JsonNumbers.Compare(Encoding.ASCII.GetBytes(other), Encoding.ASCII.GetBytes(one))));
    }

    [Fact]
    public void LongNumbers_AreComparedWhole()
    {
        var digits = new string('7', 10_000);
        Assert.True(JsonNumbers.Compare(Encoding.ASCII.GetBytes(digits + "1"), Encoding.ASCII.GetBytes(digits + "2")) < 0);
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("-1", true)]
    [InlineData("\"1\"", false)]
    [InlineData("null", false)]
    [InlineData("", false)]
    public void Number_IsToldByItsFirstByte(string token, bool expected) => Assert.Equal(expected, JsonNumbers.Is(Encoding.ASCII.GetBytes(token)));
}
