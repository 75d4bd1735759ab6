using Gatehouse.Protocol.Json;

namespace Gatehouse.Protocol.Tests;

/// <summary>A message keeps the ranges of the members that it has, and of no other.</summary>
public class PresentMembersTests
{
    [Fact]
    public void EveryMember_HasABit()
    {
        Assert.Equal(EnvelopeIndex.Count, Enum.GetValues<EnvelopeMember>().Length);
        Assert.InRange(EnvelopeIndex.Count, 1, 128);
    }

    [Fact]
    public void AnySetOfMembers_GivesBackItsRanges()
    {
        var random = new Random(20261127);
        for (var round = 0; round < 2_000; round++)
        {
            EnvelopeIndex index = default;
            var density = random.Next(0, 9);
            for (var slot = 0; slot < EnvelopeIndex.Count; slot++)
            {
                if (random.Next(8) < density) index[slot] = new ByteRange(random.Next(), 1 + random.Next(1 << 20));
            }

            var present = new PresentMembers(in index);
            for (var slot = 0; slot < EnvelopeIndex.Count; slot++) Assert.Equal(index[slot], present[(EnvelopeMember)slot]);
        }
    }
}
